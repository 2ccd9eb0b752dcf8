/** Lets the reader sort a table by any column: numbers by value, names by letter. */
export function makeSortable(table: HTMLTableElement): void {
  const headings = [...table.querySelectorAll<HTMLTableCellElement>("thead th")];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const isAscending = heading.getAttribute("aria-sort") !== "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", isAscending ? "ascending" : "descending");
      sortRows(table.tBodies[0]!, column, isAscending);
    });
  });
}

function sortRows(body: HTMLTableSectionElement, column: number, isAscending: boolean): void {
  const key = (row: HTMLTableRowElement): string => row.cells[column]?.dataset["value"] ?? row.cells[column]?.textContent?.trim() ?? "";
  const sign = isAscending ? 1 : -1;
  const rows = [...body.rows].sort((a, b) => sign * compare(key(a), key(b)));
  body.append(...rows);
}

function compare(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) ? a.localeCompare(b, "en", { numeric: true }) : difference;
}
