// What is searched for: the image, the region of it, and how to change both.
import { useEffect, useRef, useState } from "preact/hooks";
import { address, api, sentence } from "./api";
import { announce } from "./announce";
import { nameOf } from "./card";
import { Cropper } from "./cropper";
import { CodeGlyph } from "./glyph";
import { Icon } from "./icons";
import { recall } from "./images";
import type { Brought } from "./images";
import { Picture } from "./picture";
import { go, start } from "./route";
import type { Route } from "./route";
import { useLoaded, useService } from "./service";
import type { Region } from "./types";
import type { Bringing } from "./upload";

const firstRegion: Region = { x: 0.2, y: 0.2, width: 0.6, height: 0.6 };
const pause = 450;

export function QueryPanel({ route, bringing }: { route: Route; bringing: Bringing }) {
  const { info, failed } = useService();
  const brought = bringing.pending ?? recall(route.code);
  const item = useLoaded(route.id !== null && !bringing.pending ? `query ${route.id}` : null, () => api.item(route.id!)).data;
  const chooser = useRef<HTMLInputElement>(null);
  const canCrop = info?.encoder != null && (brought !== null || item?.image === true);

  const startCrop = async (): Promise<void> => {
    try {
      const image: Brought = brought ?? await ofItem(route.id!);
      bringing.crop({ ...image, region: null }, firstRegion);
    } catch (error) {
      failed(error);
      announce(sentence(error), "shown");
    }
  };
  return (
    <div class="query">
      {brought ? <BroughtImage image={brought} bringing={bringing} />
        : route.id !== null ? <Picture key={route.id} id={route.id} alt={`Searched for: ${route.id}`} size={512} there={item?.image !== false} {...(item ? { code: item.code } : {})} />
        : <span class="picture none" role="img" aria-label="The image is no longer here; results are found by its code"><CodeGlyph text={route.code ?? ""} /></span>}
      <div class="query-text">
        <h2 class="name" title={route.id ?? brought?.name}>{route.id !== null && !bringing.pending ? nameOf(route.id) : brought ? (brought.region ? `Region of ${brought.name}` : brought.name) : "An image by its code"}</h2>
        {bringing.pending && <Progress sent={bringing.pending.sent} stop={bringing.stop} />}
        <div class="query-actions">
          {canCrop && !brought?.region && <button type="button" onClick={() => void startCrop()}><Icon name="crop" />Crop</button>}
          {brought?.region && <button type="button" onClick={() => bringing.crop(brought, null)}><Icon name="whole" />Whole image</button>}
          {info?.encoder && <button type="button" data-choose onClick={() => chooser.current?.click()}><Icon name="upload" />Other image</button>}
          <button type="button" onClick={() => { bringing.stop(); go({ ...start }); }}><Icon name="close" />Clear</button>
        </div>
      </div>
      <input ref={chooser} type="file" accept="image/*" class="spoken" tabIndex={-1} aria-label="Another image to search with" onChange={(event) => {
        const file = event.currentTarget.files?.[0];
        event.currentTarget.value = "";
        if (file) bringing.bring(file);
      }} />
    </div>
  );
}

function BroughtImage({ image, bringing }: { image: Brought; bringing: Bringing }) {
  const [region, setRegion] = useState(image.region);
  const timer = useRef(0);
  useEffect(() => setRegion(image.region), [image.url, image.region]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const changed = (next: Region, done: boolean): void => {
    setRegion(next);
    clearTimeout(timer.current);
    if (done) timer.current = window.setTimeout(() => bringing.crop(image, next), pause);
  };
  return <Cropper url={image.url} alt={`Searched for: ${image.name}`} region={region} changed={changed} />;
}

function Progress({ sent, stop }: { sent: number; stop: () => void }) {
  return (
    <div class="progress">
      <label>
        <span>{sent < 1 ? `Sending, ${Math.round(sent * 100)} %` : "Looking for similar images …"}</span>
        {sent < 1 ? <progress value={sent} max="1" /> : <progress />}
      </label>
      <button type="button" onClick={stop}>Stop</button>
    </div>
  );
}

async function ofItem(id: string): Promise<Brought> {
  const blob = await api.blob(address.image(id));
  return { blob, url: URL.createObjectURL(blob), name: nameOf(id), region: null };
}
