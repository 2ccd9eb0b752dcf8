// Images of items. With a key they are fetched by script, since an image element cannot send one.
import { useEffect, useRef, useState } from "preact/hooks";
import { address, api, apiKey } from "./api";
import { CodeGlyph } from "./glyph";

const mostKept = 400;
const fetched = new Map<string, Promise<string>>();

function fetchImage(url: string): Promise<string> {
  const known = fetched.get(url);
  if (known) return known;
  const image = api.blob(url).then((blob) => URL.createObjectURL(blob));
  image.catch(() => fetched.delete(url));
  fetched.set(url, image);
  const oldest = fetched.keys().next().value;
  if (fetched.size > mostKept && oldest !== undefined) {
    void fetched.get(oldest)?.then((old) => URL.revokeObjectURL(old), () => undefined);
    fetched.delete(oldest);
  }
  return image;
}

/** An address that an image element can show: the image's own, or with a key that of fetched bytes. */
export function imageAddress(url: string): Promise<string> {
  return apiKey.get() ? fetchImage(url) : Promise.resolve(url);
}

interface PictureProps {
  id: string;
  alt: string;
  /** Side of the square that it fits into; null for the original. */
  size: number | null;
  /** Shown where there is no image. */
  code?: string;
  there?: boolean;
}

export function Picture({ id, alt, size, code, there = true }: PictureProps) {
  const url = size === null ? address.image(id) : address.thumbnail(id, size);
  const [source, setSource] = useState(apiKey.get() || !there ? null : url);
  const [missing, setMissing] = useState(!there);
  const [ready, setReady] = useState(false);
  const element = useRef<HTMLImageElement>(null);

  useEffect(() => {
    let current = true;
    setMissing(!there);
    if (!there) return;
    imageAddress(url).then((found) => current && setSource(found), () => current && setMissing(true));
    return () => {
      current = false;
    };
  }, [url, there]);
  useEffect(() => setReady(element.current?.complete ?? false), [source]);

  if (missing) {
    return (
      <span class="picture none" role="img" aria-label={`${alt}, no image`}>
        <CodeGlyph text={code ?? id} />
      </span>
    );
  }
  return (
    <span class={`picture ${ready ? "ready" : ""}`}>
      {source !== null && <img ref={element} src={source} alt={alt} loading="lazy" decoding="async" draggable={false} onLoad={() => setReady(true)} onError={() => setMissing(true)} />}
    </span>
  );
}
