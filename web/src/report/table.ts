import type { ChartSpec } from "./data";
import { readable } from "./numbers";

const mostRows = 60;

/** Adds a folded table with the numbers of a chart, for those who cannot or will not read them off it. */
export function addNumbers(figure: HTMLElement, spec: ChartSpec): void {
  const details = document.createElement("details");
  details.className = "numbers";
  const summary = document.createElement("summary");
  summary.textContent = "Numbers";
  details.append(summary);
  details.addEventListener("toggle", () => details.childElementCount === 1 && details.append(...tables(spec)), { once: true });
  figure.append(details);
}

function tables(spec: ChartSpec): HTMLElement[] {
  const first = spec.series[0]!;
  const sharesX = spec.series.every((series) => series.x.length === first.x.length && series.x.every((x, k) => x === first.x[k]));
  const groups = sharesX ? [spec.series] : spec.series.map((series) => [series]);
  return groups.map((group) => {
    const frame = document.createElement("div");
    frame.className = "scroll";
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", `Numbers of ${group.map((series) => series.name).join(", ")}`);
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    [spec.x.title, ...group.map((series) => series.name)].forEach((title) => head.append(cell("th", title, "col")));
    const body = table.createTBody();
    for (const k of rows(group[0]!.x.length)) {
      const row = body.insertRow();
      row.append(cell("th", spec.x.names?.[group[0]!.x[k]!] ?? readable(group[0]!.x[k]!), "row"));
      group.forEach((series) => row.append(cell("td", value(series.y[k]))));
    }
    frame.append(table);
    return frame;
  });
}

function value(number: number | null | undefined): string {
  return number === null || number === undefined ? "not a number" : readable(number);
}

function cell(name: "th" | "td", text: string, scope?: string): HTMLTableCellElement {
  const element = document.createElement(name);
  element.textContent = text;
  if (scope) {
    element.setAttribute("scope", scope);
  }
  return element;
}

/** Row numbers, evenly spaced where there are too many; first and last are always among them. */
function rows(count: number): number[] {
  const shown = Math.min(count, mostRows);
  return Array.from({ length: shown }, (_, k) => (shown === 1 ? 0 : Math.round((k * (count - 1)) / (shown - 1))));
}
