// Waiting, nothing found, something wrong, nobody there.
import type { ComponentChildren } from "preact";
import { sentence } from "./api";
import { Icon } from "./icons";
import type { IconName } from "./icons";
import { useService } from "./service";

export function Skeletons({ count, kind = "squares" }: { count: number; kind?: string }) {
  return (
    <div class={`skeletons ${kind}`} aria-hidden="true">
      {Array.from({ length: count }, (_, i) => <div key={i} class="skeleton" />)}
    </div>
  );
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      <div class="empty-text">{children}</div>
    </div>
  );
}

/** A fault in the words of the service; `final` where the same request would fail again. */
export function Failure({ error, final = false }: { error: unknown; final?: boolean }) {
  const { retry } = useService();
  return (
    <div class="failure" role="alert">
      <p>{sentence(error)}</p>
      {!final && <button type="button" onClick={retry}>Try again</button>}
    </div>
  );
}

export function Offline() {
  const { reached, waiting, retry } = useService();
  if (reached) return null;
  return (
    <div class="offline">
      <Icon name="unplugged" />
      <p>
        <strong role="status">The server cannot be reached.</strong>{" "}
        <span>{waiting > 0 ? `Trying again in ${waiting} s.` : "Trying again …"}</span>
      </p>
      <button type="button" onClick={retry}>Try now</button>
    </div>
  );
}

/** How much of the collection an answer was made of. */
export function Basis({ sampled, items }: { sampled: number; items: number }) {
  return <>{sampled < items ? `a sample of ${count(sampled)} of ${count(items)} items` : `all ${count(items)} items`}</>;
}

export function count(value: number): string {
  return value.toLocaleString("en");
}
