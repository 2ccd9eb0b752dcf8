// Which results are wanted: how many or how near, and which tags.
import { useState } from "preact/hooks";
import { api } from "./api";
import { Icon } from "./icons";
import { go } from "./route";
import type { Route } from "./route";
import { useLoaded, useService } from "./service";
import { count } from "./states";

const counts = [12, 24, 48, 96];
const suggestions = 10;

export function Filters({ route }: { route: Route }) {
  const { info } = useService();
  const tags = useLoaded(info?.features.browse === false ? null : "tags", api.tags).data?.tags ?? [];
  return (
    <div class="filters">
      <Amount route={route} bits={info?.store.bits ?? 64} maxK={info?.limits.maxK ?? 1000} />
      <Chosen route={route} />
      <AddTag route={route} known={tags.map((tag) => tag.tag)} />
      <ul class="chips" aria-label="Frequent tags">
        {tags.filter((tag) => !route.tags.includes(tag.tag) && !route.without.includes(tag.tag)).slice(0, suggestions).map((tag) => (
          <li key={tag.tag}>
            <button type="button" class="chip" onClick={() => go({ tags: [...route.tags, tag.tag] })} aria-label={`Only with tag ${tag.tag}, ${count(tag.count)} items`}>
              {tag.tag} <span class="number">{count(tag.count)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Amount({ route, bits, maxK }: { route: Route; bits: number; maxK: number }) {
  const near = route.radius !== null;
  const [shown, setShown] = useState<number | null>(null);
  const radius = shown ?? route.radius ?? 0;
  const choices = [...new Set([...counts, route.k])].filter((k) => k <= maxK).sort((a, b) => a - b);
  return (
    <fieldset class="amount">
      <legend>Results</legend>
      <div class="segments">
        <label><input type="radio" name="mode" checked={!near} onChange={() => go({ radius: null })} /><span>Nearest</span></label>
        <label><input type="radio" name="mode" checked={near} onChange={() => go({ radius: Math.round(bits / 8) })} /><span>Within a distance</span></label>
      </div>
      {near && (
        <label class="range">
          <span>Distance up to <output>{radius}</output> of {bits} bits</span>
          <input type="range" min="0" max={Math.ceil(bits / 2)} value={radius} onInput={(event) => setShown(Number(event.currentTarget.value))}
            onChange={(event) => { setShown(null); go({ radius: Number(event.currentTarget.value) }, true); }} />
        </label>
      )}
      <label class="select">
        <span>{near ? "At most" : "How many"}</span>
        <select value={String(route.k)} onChange={(event) => go({ k: Number(event.currentTarget.value) })}>
          {choices.map((k) => <option key={k} value={String(k)}>{k}</option>)}
        </select>
      </label>
    </fieldset>
  );
}

function Chosen({ route }: { route: Route }) {
  const chosen = [...route.tags.map((tag) => ({ tag, on: true })), ...route.without.map((tag) => ({ tag, on: false }))];
  const without = (list: string[], tag: string): string[] => list.filter((other) => other !== tag);
  const turn = (tag: string, on: boolean): void =>
    go(on ? { tags: without(route.tags, tag), without: [...route.without, tag] } : { tags: [...route.tags, tag], without: without(route.without, tag) });
  if (chosen.length === 0) return null;
  return (
    <ul class="chips chosen" aria-label="Tags in force">
      {chosen.map(({ tag, on }) => (
        <li key={tag} class={`chip ${on ? "with" : "without"}`}>
          <button type="button" onClick={() => turn(tag, on)} aria-label={`${on ? "with" : "without"} ${tag}; turn around`}>
            <span class="sign">{on ? "with" : "without"}</span> {tag}
          </button>
          <button type="button" class="off" aria-label={`Remove tag ${tag}`} onClick={() => go({ tags: without(route.tags, tag), without: without(route.without, tag) })}><Icon name="close" /></button>
        </li>
      ))}
    </ul>
  );
}

function AddTag({ route, known }: { route: Route; known: string[] }) {
  const [text, setText] = useState("");
  const add = (event: Event): void => {
    event.preventDefault();
    const tag = text.trim();
    setText("");
    if (tag && !route.tags.includes(tag)) go({ tags: [...route.tags, tag], without: route.without.filter((other) => other !== tag) });
  };
  return (
    <form class="add-tag" onSubmit={add}>
      <label for="tag">Filter by tag</label>
      <div class="row">
        <input id="tag" list="tags" value={text} autocomplete="off" placeholder="Any tag" onInput={(event) => setText(event.currentTarget.value)} />
        <button type="submit">Add</button>
      </div>
      <datalist id="tags">{known.map((tag) => <option key={tag} value={tag} />)}</datalist>
    </form>
  );
}
