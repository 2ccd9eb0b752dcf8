// An image on its way to the service, as a whole or a region of it.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { announce } from "./announce";
import { isAbort, searchImage, sentence } from "./api";
import { imageOf, remember } from "./images";
import type { Brought } from "./images";
import { go, parseRoute } from "./route";
import { useService } from "./service";
import type { Region } from "./types";

export interface Bringing {
  /** The image that is being sent, and how much of it has been. */
  pending: (Brought & { sent: number }) | null;
  error: unknown;
  bring: (file: Blob & { name?: string }) => void;
  /** Searches with a region of an image, or with all of it. */
  crop: (image: Brought, region: Region | null) => void;
  stop: () => void;
}

/** Sends images that are chosen, or dropped and pasted anywhere on the page. */
export function useBringing(): Bringing {
  const { info, failed } = useService();
  const [pending, setPending] = useState<Bringing["pending"]>(null);
  const [error, setError] = useState<unknown>(null);
  const call = useRef<AbortController | null>(null);
  const limit = info?.limits.maxImageBytes ?? Infinity;

  const send = useCallback(async (image: Brought, replace: boolean): Promise<void> => {
    call.current?.abort();
    const { signal } = (call.current = new AbortController());
    setError(null);
    setPending({ ...image, sent: 0 });
    const { k, radius, tags, without } = parseRoute(location.hash);
    try {
      const answer = await searchImage(image.blob, image.region, { k, radius, tags, without }, (sent) => setPending((old) => old && { ...old, sent }), signal);
      remember(answer.query.code, image);
      go({ view: "search", id: null, code: answer.query.code, item: null }, replace);
      setPending(null);
    } catch (thrown) {
      if (isAbort(thrown)) return;
      failed(thrown);
      setPending(null);
      setError(thrown);
      announce(sentence(thrown));
    }
  }, [failed]);

  const bring = useCallback((file: Blob & { name?: string }): void => {
    if (file.size > limit) {
      setError(new Error(`${file.name ?? "The image"} has ${(file.size / 1e6).toFixed(1)} MB; the service takes images of up to ${(limit / 1e6).toFixed(0)} MB. Make it smaller.`));
      return;
    }
    announce("Searching with the image.");
    go({ view: "search", item: null });
    void send({ blob: file, url: URL.createObjectURL(file), name: file.name ?? "image", region: null }, false);
  }, [limit, send]);

  useEffect(() => {
    const within = (event: Event): boolean => event.target instanceof Element && event.target.closest("dialog") !== null;
    const pasted = (event: ClipboardEvent): void => {
      const file = imageOf(event.clipboardData);
      if (file && !within(event)) bring(file);
    };
    const dragged = (event: DragEvent): void => event.preventDefault();
    const dropped = (event: DragEvent): void => {
      event.preventDefault();
      const file = imageOf(event.dataTransfer);
      if (file && !within(event)) bring(file);
    };
    addEventListener("paste", pasted);
    addEventListener("dragover", dragged);
    addEventListener("drop", dropped);
    return () => {
      removeEventListener("paste", pasted);
      removeEventListener("dragover", dragged);
      removeEventListener("drop", dropped);
    };
  }, [bring]);

  useEffect(() => {
    const moved = (): void => setError(null);
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);

  return { pending, error, bring, crop: (image, region) => void send({ ...image, region }, image.region !== null), stop: () => { call.current?.abort(); setPending(null); } };
}
