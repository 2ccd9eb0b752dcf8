// What has been marked right or wrong, and its export as labels.
import { useState } from "preact/hooks";
import { announce } from "./announce";
import { api, sentence } from "./api";
import { nameOf } from "./card";
import { CodeGlyph } from "./glyph";
import { Icon } from "./icons";
import { Picture } from "./picture";
import { go, start } from "./route";
import { useLoaded, useService } from "./service";
import { count, Empty, Failure, Skeletons } from "./states";
import type { Judgment } from "./types";

const formats = [
  { format: "labels", file: "labels.csv", name: "Labels for training" },
  { format: "csv", file: "judgments.csv", name: "Table of marks" },
  { format: "json", file: "judgments.json", name: "JSON" },
];
const shownAtOnce = 60;

export function Marks() {
  const { data, error, loading } = useLoaded("all marks", () => api.judgments(null));
  const [shown, setShown] = useState(shownAtOnce);
  const marks = [...(data?.judgments ?? [])].reverse();
  return (
    <section class="page" aria-labelledby="marks-title" aria-busy={loading}>
      <div class="page-head">
        <div>
          <h1 id="marks-title" tabIndex={-1}>Marks</h1>
          <p class="quiet">{data && marks.length > 0 ? `${count(marks.length)} ${marks.length === 1 ? "mark" : "marks"}, by which ${count(data.groups.flat().length)} images belong to ${count(data.groups.length)} ${data.groups.length === 1 ? "group" : "groups"}.` : "Results marked as right or wrong."}</p>
        </div>
        {marks.length > 0 && <Exports />}
      </div>
      {error !== null && <Failure error={error} />}
      {loading && !data && <Skeletons count={4} kind="rows" />}
      {data && data.conflicts.length > 0 && <p class="warning">{count(data.conflicts.length)} {data.conflicts.length === 1 ? "mark contradicts" : "marks contradict"} others: a result is marked wrong although right ones join it to its query.</p>}
      {data && marks.length === 0 && <Empty icon="marks" title="No marks yet">Mark results of a search as right or wrong. The server keeps the marks, and gives them out as labels for the next training.</Empty>}
      <ul class="mark-list">{marks.slice(0, shown).map((mark) => <Mark key={`${mark.query.id ?? mark.query.code} ${mark.item}`} mark={mark} conflict={data!.conflicts.some((other) => other.item === mark.item && other.query.id === mark.query.id && other.query.code === mark.query.code)} />)}</ul>
      {marks.length > shown && <button type="button" class="more-button" onClick={() => setShown(shown + shownAtOnce)}>Show more</button>}
    </section>
  );
}

function Exports() {
  const { failed } = useService();
  const save = async (format: string, file: string): Promise<void> => {
    try {
      const url = URL.createObjectURL(await api.blob(`v1/judgments?format=${format}`));
      Object.assign(document.createElement("a"), { href: url, download: file }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      announce(`${file} has been saved.`, "shown");
    } catch (error) {
      failed(error);
      announce(sentence(error), "shown");
    }
  };
  return (
    <div class="exports" role="group" aria-label="Export">
      {formats.map(({ format, file, name }) => <button key={format} type="button" onClick={() => void save(format, file)}><Icon name="download" />{name}</button>)}
    </div>
  );
}

function Mark({ mark, conflict }: { mark: Judgment; conflict: boolean }) {
  const { failed, changed } = useService();
  const { query, item, relevant } = mark;
  const takeBack = (): void => {
    api.takeBack(query, item).then(() => {
      announce("Mark taken back.", "shown");
      changed();
    }, (error: unknown) => {
      failed(error);
      announce(sentence(error), "shown");
    });
  };
  const again = (): void => go({ ...start, id: query.id ?? null, code: query.code ?? null });
  return (
    <li class={`pair ${relevant ? "right" : "wrong"}`}>
      <button type="button" onClick={again} aria-label={`Search again: ${query.id ?? "an image by its code"}`}>
        {query.id !== undefined ? <Picture id={query.id} alt="" size={128} /> : <span class="picture none"><CodeGlyph text={query.code ?? ""} /></span>}
      </button>
      <span class="verdict"><Icon name={relevant ? "right" : "wrong"} /><span>{relevant ? "right" : "wrong"}</span></span>
      <button type="button" onClick={() => go({ item })} aria-label={`Open ${item}`}><Picture id={item} alt="" size={128} /></button>
      <div class="pair-text">
        <p class="name" title={item}>{nameOf(item)}</p>
        <p class="quiet">for {query.id === undefined ? "an image by its code" : nameOf(query.id)}{conflict && <strong class="wrong-text"> · contradicts others</strong>}</p>
        <button type="button" onClick={takeBack} aria-label={`Take back the mark of ${item}`}>Take back</button>
      </div>
    </li>
  );
}
