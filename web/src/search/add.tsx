// Adding images to the collection.
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "./announce";
import { isAbort, putItem, sentence } from "./api";
import { Dialog } from "./dialog";
import { imageOf } from "./images";
import { go } from "./route";
import { useService } from "./service";

interface Sending {
  at: number;
  sent: number;
}

export function AddDialog({ closed }: { closed: () => void }) {
  const { failed, changed } = useService();
  const [files, setFiles] = useState<File[]>([]);
  const [id, setId] = useState("");
  const [tags, setTags] = useState("");
  const [payload, setPayload] = useState("");
  const [sending, setSending] = useState<Sending | null>(null);
  const [error, setError] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const [call] = useState(() => new AbortController());
  // However the window is closed: what is not sent yet stays here.
  useEffect(() => () => call.abort(), [call]);

  const chosen = (list: File[]): void => {
    setFiles(list);
    setId(list.length === 1 ? list[0]!.name : "");
    setError("");
  };
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    let ids: string[] = [];
    try {
      const json: unknown = payload.trim() ? JSON.parse(payload) : undefined;
      const words = tags.split(",").map((tag) => tag.trim()).filter((tag) => tag);
      ids = files.map((file) => (files.length === 1 ? id.trim() : id.trim() + file.name));
      for (const [at, file] of files.entries()) {
        call.signal.throwIfAborted();
        setSending({ at, sent: 0 });
        await putItem(ids[at]!, file, words, json, (sent) => setSending({ at, sent }), call.signal);
      }
    } catch (thrown) {
      if (isAbort(thrown)) return changed();
      failed(thrown);
      setSending(null);
      setError(thrown instanceof SyntaxError ? "The payload is no JSON. Correct it, or leave it empty." : sentence(thrown));
      return;
    }
    announce(`${ids.length} ${ids.length === 1 ? "image has" : "images have"} been added.`, "shown");
    closed();
    changed();
    if (ids.length === 1) go({ item: ids[0]! });
  };

  return (
    <Dialog title="Add images" closed={closed}>
      <form class="form" onSubmit={(event) => void send(event)}>
        <div class="dropzone small" onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); event.stopPropagation(); if (imageOf(event.dataTransfer)) chosen([...event.dataTransfer!.files]); }}>
          <button type="button" onClick={() => input.current?.click()}>Choose images</button>
          <p class="dropzone-note">{files.length === 0 ? "or drop them here" : files.length === 1 ? files[0]!.name : `${files.length} images`}</p>
          <input ref={input} type="file" accept="image/*" multiple class="spoken" tabIndex={-1} aria-label="Images to add" onChange={(event) => chosen([...(event.currentTarget.files ?? [])])} />
        </div>
        <label>{files.length > 1 ? "Ids begin with" : "Id"}<input value={id} required={files.length === 1} onInput={(event) => setId(event.currentTarget.value)} placeholder={files.length > 1 ? "folder/" : "folder/name.jpg"} /></label>
        <label>Tags, with commas between them<input value={tags} onInput={(event) => setTags(event.currentTarget.value)} /></label>
        <label>Payload, as JSON<textarea rows={3} value={payload} onInput={(event) => setPayload(event.currentTarget.value)} /></label>
        {error && <p class="wrong-text" role="alert">{error}</p>}
        {sending && <label class="range">Sending {sending.at + 1} of {files.length}<progress value={sending.sent < 1 ? sending.sent : undefined} max="1" /></label>}
        <div class="form-actions">
          <button type="button" onClick={closed}>Cancel</button>
          <button type="submit" class="primary" disabled={files.length === 0 || sending !== null}>Add</button>
        </div>
      </form>
    </Dialog>
  );
}
