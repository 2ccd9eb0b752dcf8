// The service behind the page: requests, its key, and what is said when something goes wrong.
import type { Clusters, Duplicates, Info, Item, JudgedQuery, Judgments, MapAnswer, Region, SearchAnswer, Tags } from "./types";

/** The service answered that it will not, or did not answer (status 0). */
export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly retryAfter = 0) {
    super(message);
  }
}

export interface SearchTerms {
  k: number;
  radius: number | null;
  tags: string[];
  without: string[];
}

const keyName = "semblance-api-key";
const unreachable = "The server cannot be reached.";
const mostRetries = 3;

/** The key of this tab; it goes when the tab is closed. */
export const apiKey = {
  get: (): string => sessionStorage.getItem(keyName) ?? "",
  set: (key: string): void => sessionStorage.setItem(keyName, key),
};

export const address = {
  /** A small image; its side is in pixels of the page. */
  thumbnail: (id: string, side: number): string => `v1/thumbnails?id=${encodeURIComponent(id)}&size=${Math.round(side * Math.min(devicePixelRatio, 2))}`,
  image: (id: string): string => `v1/images?id=${encodeURIComponent(id)}`,
};

export const api = {
  info: (): Promise<Info> => json("v1/info"),
  tags: (): Promise<Tags> => json("v1/tags"),
  item: (id: string, signal?: AbortSignal): Promise<Item> => json(`v1/items?id=${encodeURIComponent(id)}`, signal ? { signal } : {}),
  items: (limit: number, after?: string): Promise<{ items: Item[]; next: string | null }> =>
    json(`v1/items/list?limit=${limit}${after === undefined ? "" : `&after=${encodeURIComponent(after)}`}`),
  remove: (id: string): Promise<void> => nothing(`v1/items?id=${encodeURIComponent(id)}`, { method: "DELETE" }),
  map: (): Promise<MapAnswer> => json("v1/map"),
  clusters: (count: number | null): Promise<Clusters> => json(`v1/clusters${count === null ? "" : `?count=${count}`}`),
  duplicates: (radius: number | null): Promise<Duplicates> => json(`v1/duplicates${radius === null ? "" : `?radius=${radius}`}`),
  judgments: (query: JudgedQuery | null): Promise<Judgments> => json(`v1/judgments${judged(query)}`),
  judge: (query: JudgedQuery, item: string, relevant: boolean): Promise<void> => nothing("v1/judgments", body("POST", { query, item, relevant })),
  takeBack: (query: JudgedQuery, item: string): Promise<void> => nothing("v1/judgments", body("DELETE", { query, item })),
  searchId: (id: string, terms: SearchTerms): Promise<SearchAnswer> => json("v1/search/id", body("POST", { id, ...searchBody(terms) })),
  searchCode: (code: string, terms: SearchTerms): Promise<SearchAnswer> => json("v1/search/code", body("POST", { code, ...searchBody(terms) })),
  blob: async (path: string, signal?: AbortSignal): Promise<Blob> => (await request(path, signal ? { signal } : {})).blob(),
};

/** Searches with an image, and tells how much of it has been sent, 0 to 1. */
export function searchImage(image: Blob, region: Region | null, terms: SearchTerms, sent: (share: number) => void, signal: AbortSignal): Promise<SearchAnswer> {
  const query = new URLSearchParams({ k: String(terms.k) });
  if (terms.radius !== null) query.set("radius", String(terms.radius));
  if (region) query.set("region", regionText(region));
  terms.tags.forEach((tag) => query.append("allTag", tag));
  terms.without.forEach((tag) => query.append("noTag", tag));
  return upload<SearchAnswer>("POST", `v1/search/image?${query}`, image, sent, signal);
}

/** Adds an image as an item, or replaces the item of that id. */
export function putItem(id: string, image: Blob, tags: string[], payload: unknown, sent: (share: number) => void, signal: AbortSignal): Promise<Item> {
  const form = new FormData();
  form.append("image", image, "image");
  form.append("item", new Blob([JSON.stringify(payload === undefined ? { tags } : { tags, payload })], { type: "application/json" }));
  return upload<Item>("PUT", `v1/items?id=${encodeURIComponent(id)}`, form, sent, signal);
}

/** A region with four decimals, which rounding does not push over the edge. */
function regionText({ x, y, width, height }: Region): string {
  const [left, top] = [Number(x.toFixed(4)), Number(y.toFixed(4))];
  return [left, top, Math.min(width, 1 - left), Math.min(height, 1 - top)].map((share) => Number(share.toFixed(4))).join(",");
}

function searchBody(terms: SearchTerms): object {
  const filter = { ...(terms.tags.length > 0 && { allTags: terms.tags }), ...(terms.without.length > 0 && { noTags: terms.without }) };
  return { k: terms.k, ...(terms.radius !== null && { radius: terms.radius }), ...(Object.keys(filter).length > 0 && { filter }) };
}

function judged(query: JudgedQuery | null): string {
  if (query?.id !== undefined) return `?queryId=${encodeURIComponent(query.id)}`;
  return query?.code !== undefined ? `?queryCode=${query.code}` : "";
}

function body(method: string, value: object): RequestInit {
  return { method, body: JSON.stringify(value), headers: { "Content-Type": "application/json" } };
}

async function json<T>(path: string, options: RequestInit = {}): Promise<T> {
  return (await request(path, options)).json() as Promise<T>;
}

async function nothing(path: string, options: RequestInit): Promise<void> {
  await request(path, options);
}

/** Sends a request; one that the server is too busy for is sent again when the server says. */
async function request(path: string, options: RequestInit): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const headers = new Headers(options.headers);
    if (apiKey.get()) headers.set("Authorization", `Bearer ${apiKey.get()}`);
    const response = await fetch(path, { ...options, headers }).catch((error: unknown) => {
      throw error instanceof DOMException && error.name === "AbortError" ? error : new ApiError(0, unreachable);
    });
    if (response.ok) return response;
    const error = problem(response.status, await response.text(), response.headers.get("Retry-After"));
    if (error.retryAfter === 0 || attempt === mostRetries) throw error;
    await new Promise((done) => setTimeout(done, error.retryAfter * 1000));
  }
}

/** Sends with progress, of which only XMLHttpRequest tells. */
function upload<T>(method: string, path: string, content: Blob | FormData, sent: (share: number) => void, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open(method, path);
    if (apiKey.get()) call.setRequestHeader("Authorization", `Bearer ${apiKey.get()}`);
    if (content instanceof Blob) call.setRequestHeader("Content-Type", content.type || "application/octet-stream");
    call.upload.addEventListener("progress", (event) => event.lengthComputable && sent(event.loaded / event.total));
    call.addEventListener("load", () => {
      if (call.status >= 200 && call.status < 300) resolve(JSON.parse(call.responseText) as T);
      else reject(problem(call.status, call.responseText, call.getResponseHeader("Retry-After")));
    });
    call.addEventListener("error", () => reject(new ApiError(0, unreachable)));
    call.addEventListener("abort", () => reject(new DOMException("ended", "AbortError")));
    signal.addEventListener("abort", () => call.abort());
    call.send(content);
  });
}

function problem(status: number, text: string, retryAfter: string | null): ApiError {
  let detail = "";
  try {
    const told = JSON.parse(text) as { detail?: string; title?: string };
    detail = told.detail ?? told.title ?? "";
  } catch {
    // No problem details, such as from a proxy: the status has to do.
  }
  const seconds = (status === 503 || status === 429) && retryAfter !== null ? Math.min(Math.max(Number(retryAfter) || 1, 1), 10) : 0;
  return new ApiError(status, detail || `The server answered with status ${status}.`, seconds);
}

/** What to tell people about a failure. */
export function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
