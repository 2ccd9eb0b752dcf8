// Images that are nearly the same.
import { useState } from "preact/hooks";
import { api } from "./api";
import { nameOf } from "./card";
import { Picture } from "./picture";
import { go } from "./route";
import { useLoaded, useService } from "./service";
import { Basis, count, Empty, Failure, Skeletons } from "./states";

const farthestShare = 8;

export function Duplicates() {
  const { info } = useService();
  const [wanted, setWanted] = useState<number | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const { data, error, loading } = useLoaded(`duplicates ${wanted}`, () => api.duplicates(wanted));
  const radius = shown ?? wanted ?? data?.radius ?? 0;
  return (
    <section class="page" aria-labelledby="duplicates-title" aria-busy={loading}>
      <div class="page-head">
        <div>
          <h1 id="duplicates-title" tabIndex={-1}>Near-duplicates</h1>
          <p class="quiet">{data ? <>{count(data.total)} {data.total === 1 ? "group" : "groups"} in <Basis sampled={data.sampled} items={data.items} />{data.total > data.groups.length && `, the largest ${data.groups.length} of them here`}.</> : "Images that are nearly the same."}</p>
        </div>
        <label class="range">
          <span>Distance up to <output>{data || shown !== null ? radius : "…"}</output> of {info?.store.bits ?? "…"} bits</span>
          <input type="range" min="0" max={Math.ceil((info?.store.bits ?? 64) / farthestShare)} value={radius} onInput={(event) => setShown(Number(event.currentTarget.value))} onChange={(event) => { setWanted(Number(event.currentTarget.value)); setShown(null); }} />
        </label>
      </div>
      {error !== null && <Failure error={error} />}
      {loading && !data && <Skeletons count={4} kind="rows" />}
      {data?.groups.length === 0 && <Empty icon="duplicates" title="No near-duplicates">No two images are within {data.radius} bits of each other. A larger distance finds more.</Empty>}
      <ol class="groups">{data?.groups.map((group, i) => <Group key={group[0]} ids={group} size={data.sizes[i] ?? group.length} />)}</ol>
    </section>
  );
}

function Group({ ids, size }: { ids: string[]; size: number }) {
  return (
    <li class="group">
      <h2 class="quiet">{count(size)} images</h2>
      <ul class="strip">
        {ids.map((id) => (
          <li key={id}>
            <button type="button" onClick={() => go({ item: id })} aria-label={`Open ${id}`}><Picture id={id} alt="" size={256} /></button>
            <span class="name" title={id}>{nameOf(id)}</span>
          </li>
        ))}
        {size > ids.length && <li class="more">and {count(size - ids.length)} more</li>}
      </ul>
    </li>
  );
}
