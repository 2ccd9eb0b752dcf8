// Where the page is: the part of the address behind #, so that back, forward and links work.
import { useEffect, useState } from "preact/hooks";

export const views = ["search", "map", "clusters", "duplicates", "marks"] as const;
export type View = (typeof views)[number];

export interface Route {
  view: View;
  /** The item that is searched for. */
  id: string | null;
  /** The code that is searched for: of an image that is no item. */
  code: string | null;
  k: number;
  radius: number | null;
  tags: string[];
  without: string[];
  /** The item that is looked at. */
  item: string | null;
}

export const usualK = 24;
export const start: Route = { view: "search", id: null, code: null, k: usualK, radius: null, tags: [], without: [], item: null };

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const terms = new URLSearchParams(query);
  const radius = terms.get("radius");
  return {
    view: views.find((view) => view === path) ?? "search",
    id: terms.get("id"),
    code: /^[0-9a-f]+$/.exec(terms.get("code") ?? "")?.[0] ?? null,
    k: whole(terms.get("k"), 1) ?? usualK,
    radius: whole(radius, 0),
    tags: terms.getAll("tag"),
    without: terms.getAll("not"),
    item: terms.get("item"),
  };
}

export function formatRoute(route: Route): string {
  const terms = new URLSearchParams();
  if (route.id !== null) terms.set("id", route.id);
  if (route.code !== null) terms.set("code", route.code);
  if (route.k !== usualK) terms.set("k", String(route.k));
  if (route.radius !== null) terms.set("radius", String(route.radius));
  route.tags.forEach((tag) => terms.append("tag", tag));
  route.without.forEach((tag) => terms.append("not", tag));
  if (route.item !== null) terms.set("item", route.item);
  const query = terms.toString();
  return `#/${route.view}${query ? `?${query}` : ""}`;
}

/** Goes to another place; unless it replaces this one, "back" leads here again. */
export function go(change: Partial<Route>, replace = false): void {
  const hash = formatRoute({ ...parseRoute(location.hash), ...change });
  if (hash === location.hash) return;
  if (replace) history.replaceState(null, "", hash);
  else history.pushState({ from: "here" }, "", hash);
  // Heard at once, where the browser's own event would come after the next drawing.
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** Leaves the item that is looked at: back to where it was opened, so that "back" does not open it again. */
export function leaveItem(): void {
  if ((history.state as { from?: string } | null)?.from === "here") history.back();
  else go({ item: null }, true);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const changed = (): void => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", changed);
    // The address may have changed between the first drawing and now.
    changed();
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

function whole(text: string | null, least: number): number | null {
  const value = text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
  return value !== null && value >= least ? value : null;
}
