// An item, large, with everything that is known of it.
import { useState } from "preact/hooks";
import { announce } from "./announce";
import { api, sentence } from "./api";
import { moreLike } from "./card";
import { Dialog } from "./dialog";
import { Icon } from "./icons";
import { Picture } from "./picture";
import { go } from "./route";
import { useLoaded, useService } from "./service";
import { Failure } from "./states";
import type { Item } from "./types";

export function Detail({ id, closed }: { id: string; closed: () => void }) {
  const item = useLoaded(`item ${id}`, () => api.item(id));
  return (
    <Dialog title={id} kind="wide" closed={closed}>
      <div class="detail" onKeyDown={(event) => event.key === "m" && moreLike(id)}>
        <div class="detail-picture"><Picture key={id} id={id} alt={`Image of ${id}`} size={null} there={item.data?.image !== false} {...(item.data ? { code: item.data.code } : {})} /></div>
        <div class="detail-text">
          {item.error !== null && <Failure error={item.error} />}
          {item.data && <Facts item={item.data} closed={closed} />}
        </div>
      </div>
    </Dialog>
  );
}

function Facts({ item, closed }: { item: Item; closed: () => void }) {
  const { info } = useService();
  return (
    <>
      <div class="detail-actions">
        <button type="button" class="primary" onClick={() => moreLike(item.id)}><Icon name="alike" />More like this</button>
        {info?.features.write && <Delete id={item.id} closed={closed} />}
      </div>
      <dl class="facts">
        <dt>Id</dt>
        <dd class="mono">{item.id}</dd>
        <dt>Code</dt>
        <dd class="mono">{item.code}</dd>
        {item.tags.length > 0 && (
          <>
            <dt>Tags</dt>
            <dd>
              <ul class="chips" aria-label="Tags">
                {item.tags.map((tag) => <li key={tag}><button type="button" class="chip" onClick={() => go({ view: "search", id: item.id, code: null, item: null, tags: [tag], without: [] })} aria-label={`Similar items with tag ${tag}`}>{tag}</button></li>)}
              </ul>
            </dd>
          </>
        )}
        {item.payload !== null && item.payload !== undefined && (
          <>
            <dt>Payload</dt>
            <dd><pre tabIndex={0} aria-label="Payload">{JSON.stringify(item.payload, null, 2)}</pre></dd>
          </>
        )}
      </dl>
    </>
  );
}

function Delete({ id, closed }: { id: string; closed: () => void }) {
  const { failed, changed } = useService();
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const remove = async (): Promise<void> => {
    try {
      await api.remove(id);
      announce(`${id} has been deleted.`, "shown");
      closed();
      changed();
    } catch (thrown) {
      failed(thrown);
      setError(thrown);
    }
  };
  if (!asked) return <button type="button" onClick={() => setAsked(true)}><Icon name="trash" />Delete</button>;
  return (
    <span class="sure" role="group" aria-label="Delete this item?">
      <button type="button" class="danger" ref={(button) => button?.focus()} onClick={() => void remove()}>Delete for good</button>
      <button type="button" onClick={() => setAsked(false)}>Keep</button>
      {error !== null && <span role="alert">{sentence(error)}</span>}
    </span>
  );
}
