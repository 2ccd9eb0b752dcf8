// The data block of the page, as src/Semblance/Reports/ChartData.cs writes it.

export interface Axis {
  title: string;
  min?: number;
  max?: number;
  /** Every value is above 0 and they span decades, so that a logarithmic scale can be offered. */
  canBeLogarithmic?: boolean;
}

export interface Series {
  name: string;
  x: number[];
  /** null where the value was not a number. */
  y: (number | null)[];
  /** What to call each point; without it, its place on the x axis. */
  points?: string[];
  /** The running mean of y, drawn over it. */
  mean?: (number | null)[];
}

export interface Mark {
  axis: "x" | "y";
  at: number;
  label: string;
}

export interface ChartSpec {
  id: string;
  /** line: a curve; area: a histogram by steps, filled; bars: one bar a point, from `base`. */
  kind: "line" | "area" | "bars";
  x: Axis;
  y: Axis;
  base?: number;
  series: Series[];
  marks?: Mark[];
}

export interface ReportData {
  charts: ChartSpec[];
}

export function readReportData(): ReportData {
  const block = document.getElementById("report-data");
  return block?.textContent ? (JSON.parse(block.textContent) as ReportData) : { charts: [] };
}
