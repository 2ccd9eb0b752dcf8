// The data block of the page, as src/Semblance/Reports/ChartData.cs writes it.

export interface Axis {
  title: string;
  min?: number;
  max?: number;
  /** Every value is above 0 and they span decades, so that a logarithmic scale can be offered. */
  canBeLogarithmic?: boolean;
  /** What the places 0, 1, ... are called, where they are no measure. */
  names?: string[];
}

export interface Series {
  name: string;
  x: number[];
  /** null where the value was not a number. */
  y: (number | null)[];
  /** What to call each point; without it, its place on the x axis. */
  points?: string[];
  /** Which colour, dashes and points it has; without it, those of its place among the series. */
  style?: number;
  /** How far a point reaches to either side: along x in a chart of dots, along y in one of lines. */
  spread?: (number | null)[];
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
  /** line: a curve; area: a histogram by steps, filled; bars: one bar a point, from `base`; dots: a value x in a row y. */
  kind: "line" | "area" | "bars" | "dots";
  x: Axis;
  y: Axis;
  base?: number;
  /** Names of the rows of a chart of dots, from the top. */
  rows?: string[];
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
