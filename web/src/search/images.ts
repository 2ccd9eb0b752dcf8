// Images that people brought, by the code that the service made of them: kept as long as the page is open.
import type { Region } from "./types";

export interface Brought {
  blob: Blob;
  url: string;
  name: string;
  region: Region | null;
}

const mostKept = 24;
const byCode = new Map<string, Brought>();

export function remember(code: string, image: Brought): void {
  byCode.delete(code);
  byCode.set(code, image);
  const oldest = byCode.keys().next().value;
  if (byCode.size > mostKept && oldest !== undefined) {
    const url = byCode.get(oldest)!.url;
    byCode.delete(oldest);
    if (![...byCode.values()].some((kept) => kept.url === url)) URL.revokeObjectURL(url);
  }
}

export function recall(code: string | null): Brought | null {
  return code === null ? null : (byCode.get(code) ?? null);
}

/** The first image among files that were dropped, pasted or chosen. */
export function imageOf(transfer: DataTransfer | null): File | null {
  return [...(transfer?.files ?? [])].find((file) => file.type.startsWith("image/")) ?? null;
}
