// Where an image is brought: dropped, pasted or chosen.
import { useRef, useState } from "preact/hooks";
import { Icon } from "./icons";
import { imageOf } from "./images";

interface DropzoneProps {
  brought: (file: File) => void;
  /** Largest file that the service takes, in bytes. */
  largest: number | null;
}

export function Dropzone({ brought, largest }: DropzoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const dropped = (event: DragEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    const file = imageOf(event.dataTransfer) ?? event.dataTransfer?.files[0];
    if (file) brought(file);
  };
  return (
    <div class={`dropzone ${over ? "over" : ""}`} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={dropped}>
      <span class="dropzone-picture"><Icon name="upload" /></span>
      <p class="dropzone-title">Drop an image here</p>
      <p class="dropzone-note">or paste one from the clipboard{largest !== null && <>, up to {Math.floor(largest / 1e6)} MB</>}</p>
      <button type="button" class="primary" data-choose onClick={() => input.current?.click()}>Choose an image</button>
      <input ref={input} type="file" accept="image/*" class="spoken" tabIndex={-1} aria-label="Image to search with" onChange={(event) => {
        const file = event.currentTarget.files?.[0];
        event.currentTarget.value = "";
        if (file) brought(file);
      }} />
    </div>
  );
}
