// Marks of results as right or wrong, kept by the server.
import { useCallback, useEffect, useState } from "preact/hooks";
import { announce } from "./announce";
import { api, sentence } from "./api";
import { useLoaded, useService } from "./service";
import type { JudgedQuery } from "./types";

export interface Marks {
  of: (item: string) => boolean | null;
  /** Marks a result; the mark that it has is taken back. */
  mark: (item: string, relevant: boolean) => void;
}

export function useMarks(query: JudgedQuery | null): Marks {
  const { failed, info } = useService();
  const browse = info?.features.browse !== false;
  const name = query && browse ? `marks ${JSON.stringify(query)}` : null;
  const kept = useLoaded(name, () => api.judgments(query)).data;
  const [marks, setMarks] = useState(new Map<string, boolean>());
  useEffect(() => setMarks(new Map(kept?.judgments.map((judgment) => [judgment.item, judgment.relevant]))), [kept, name]);

  const mark = useCallback((item: string, relevant: boolean): void => {
    if (!query) return;
    const before = marks.get(item);
    const back = before === relevant;
    const set = (value: boolean | undefined): void => setMarks((old) => {
      const next = new Map(old);
      if (value === undefined) next.delete(item);
      else next.set(item, value);
      return next;
    });
    set(back ? undefined : relevant);
    (back ? api.takeBack(query, item) : api.judge(query, item, relevant)).then(
      () => announce(back ? `Mark of ${item} taken back.` : `${item} marked as ${relevant ? "right" : "wrong"}.`),
      (error: unknown) => {
        set(before);
        failed(error);
        announce(sentence(error), "shown");
      },
    );
  }, [marks, name, failed]);
  return { of: (item) => marks.get(item) ?? null, mark };
}
