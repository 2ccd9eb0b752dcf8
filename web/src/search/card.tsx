// A result: its image, distance, tags and payload, and what can be done with it.
import { Icon } from "./icons";
import type { Marks } from "./judgments";
import { Picture } from "./picture";
import { go, start } from "./route";
import { summary } from "./payload";
import type { Hit, Item } from "./types";

interface CardProps {
  item: Item | Hit;
  place: number;
  bits: number;
  marks: Marks | null;
}

const shownTags = 3;

export function moreLike(id: string): void {
  go({ view: "search", id, code: null, item: null });
}

export function Card({ item, place, bits, marks }: CardProps) {
  const mark = marks?.of(item.id) ?? null;
  const distance = "distance" in item ? item.distance : null;
  const payload = summary(item.payload);
  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = { m: () => moreLike(item.id), r: () => marks?.mark(item.id, true), x: () => marks?.mark(item.id, false) }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  return (
    <li class={`card ${mark === null ? "" : mark ? "right" : "wrong"}`} onKeyDown={pressed}>
      <button type="button" class="open" data-card onClick={() => go({ item: item.id })}
        aria-label={`${distance === null ? "Item" : `Result ${place}`}: ${item.id}${distance === null ? "" : `, distance ${distance}`}${mark === null ? "" : mark ? ", marked right" : ", marked wrong"}`}>
        <Picture id={item.id} alt="" size={256} code={item.code} there={item.image} />
        {distance !== null && <span class="distance" aria-hidden="true"><b>{distance}</b><meter min="0" max={bits} value={bits - distance} /></span>}
      </button>
      <div class="card-text">
        <p class="name" title={item.id}>{nameOf(item.id)}</p>
        {item.tags.length > 0 && (
          <ul class="tags" aria-label="Tags">
            {item.tags.slice(0, shownTags).map((tag) => <li key={tag}>{tag}</li>)}
            {item.tags.length > shownTags && <li>+{item.tags.length - shownTags}</li>}
          </ul>
        )}
        {payload && <p class="payload">{payload}</p>}
      </div>
      <div class="card-actions">
        {distance !== null && marks && (
          <>
            <button type="button" class="mark right" aria-pressed={mark === true} aria-label={`Mark ${item.id} as right`} onClick={() => marks.mark(item.id, true)}><Icon name="right" /></button>
            <button type="button" class="mark wrong" aria-pressed={mark === false} aria-label={`Mark ${item.id} as wrong`} onClick={() => marks.mark(item.id, false)}><Icon name="wrong" /></button>
          </>
        )}
        <button type="button" class="alike" aria-label={`More like this: ${item.id}`} onClick={() => moreLike(item.id)}><Icon name="alike" /><span>More like this</span></button>
      </div>
    </li>
  );
}

/** An id in short: of a path the last two parts. */
export function nameOf(id: string): string {
  return id.split("/").slice(-2).join("/");
}

/** A search that begins anew with an item. */
export function searchFor(id: string, radius: number | null = null): void {
  go({ ...start, id, radius });
}
