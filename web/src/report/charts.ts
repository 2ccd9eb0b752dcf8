import {
  BarController,
  BarElement,
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
  type Point,
  type ScaleOptionsByType,
  type TooltipItem,
} from "chart.js";
import type { Axis, ChartSpec, Series } from "./data";
import { marksPlugin } from "./marks";
import { readable, tick } from "./numbers";
import { dotSets, height, rowScale, spreadPlugin } from "./dots";
import { theme } from "./theme";

Chart.register(BarController, BarElement, Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip);

export type ReportChart = Chart<"line" | "bar", Point[]>;
export type Dataset = ChartDataset<"line" | "bar", Point[]> & { seriesIndex: number; isRaw: boolean };

// Colours are functions, so that an update of the chart takes those of the theme that is then in force.

/** Dashes and point shapes tell series apart where colour cannot. */
export const dashes: readonly number[][] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2]];
const shapes = ["circle", "rect", "triangle", "rectRot", "star", "cross"] as const;

/** The dashes of a series; where colours begin anew, each gets other dashes than before. */
export function dashOf(index: number): readonly number[] {
  return dashes[(index + Math.floor(index / 6)) % 6]!;
}

/** Which colour, dashes and points a series has. */
export function styleOf(series: Series, index: number): number {
  return series.style ?? index;
}

const pointsUpTo = 45;

/** With more series than these a tooltip tells of the nearest one alone, and points are small. */
const mostInTooltip = 8;

export function drawChart(canvas: HTMLCanvasElement, spec: ChartSpec): ReportChart {
  if (spec.kind === "dots") {
    canvas.parentElement!.style.height = height(spec);
  }
  const chart = new Chart(canvas, configuration(spec)) as ReportChart;
  canvas.closest("figure")?.setAttribute("data-drawn", String(chart.data.datasets.length));
  return chart;
}

export function setLogarithmic(chart: ReportChart, logarithmic: boolean): void {
  const y = chart.options.scales!["y"] as { type: string };
  y.type = logarithmic ? "logarithmic" : "linear";
  chart.update("none");
}

export function seriesOf(chart: ReportChart, dataset: number): number {
  return (chart.data.datasets[dataset] as Dataset).seriesIndex;
}

function configuration(spec: ChartSpec): ChartConfiguration<"line" | "bar", Point[]> {
  const sameX = spec.series.every((series) => series.x.length === spec.series[0]!.x.length);
  return {
    type: spec.kind === "bars" ? "bar" : "line",
    data: { datasets: spec.kind === "dots" ? dotSets(spec) : spec.series.flatMap((series, k) => datasets(spec, series, k)) },
    options: {
      animation: false,
      layout: { padding: { top: spec.marks?.some((mark) => mark.axis === "x") ? 16 : 4 } },
      maintainAspectRatio: false,
      parsing: false,
      normalized: true,
      interaction: { mode: spec.kind === "dots" ? "y" : sameX && spec.series.length <= mostInTooltip ? "index" : "nearest", intersect: false },
      scales: spec.kind === "dots" ? { x: scale(spec.x, true, false), y: rowScale(spec) } : { x: scale(spec.x, false, spec.kind === "bars"), y: scale(spec.y, true, false) },
      plugins: {
        tooltip: {
          filter: (item) => own(item).isRaw,
          callbacks: { title: (items) => heading(spec, items), label: (item) => line(spec, item) },
          backgroundColor: () => theme().text,
          titleColor: () => theme().surface,
          bodyColor: () => theme().surface,
          padding: 10,
          boxPadding: 4,
          usePointStyle: true,
        },
      },
    },
    plugins: [marksPlugin(spec.marks ?? []), spreadPlugin(spec)],
  };
}

function datasets(spec: ChartSpec, series: Series, index: number): Dataset[] {
  const raw = dataset(spec, series, series.y, index);
  if (!series.mean) {
    return [raw];
  }
  const mean = dataset(spec, series, series.mean, index);
  const faint = { ...raw, borderColor: () => translucent(theme().series[styleOf(series, index) % 6]!, 0.28), borderWidth: 1, borderDash: [] };
  return [{ ...mean, isRaw: false }, faint as Dataset];
}

function dataset(spec: ChartSpec, series: Series, values: Series["y"], index: number): Dataset {
  const style = styleOf(series, index);
  const colour = (): string => theme().series[style % 6]!;
  const data = series.x.map((x, k) => ({ x, y: values[k] ?? NaN }));
  if (spec.kind === "bars") {
    return { type: "bar", label: series.name, data, seriesIndex: index, isRaw: true, base: spec.base ?? 0, backgroundColor: colour, hoverBackgroundColor: () => theme().text, barPercentage: 0.9, categoryPercentage: 0.9 };
  }
  const isArea = spec.kind === "area";
  return {
    type: "line",
    label: series.name,
    data,
    seriesIndex: index,
    isRaw: true,
    borderColor: colour,
    backgroundColor: isArea ? () => translucent(colour(), 0.22) : colour,
    borderWidth: isArea ? 1.75 : 2.25,
    borderDash: [...dashOf(style)],
    borderJoinStyle: "round",
    stepped: isArea ? "middle" : false,
    fill: isArea ? "origin" : false,
    pointStyle: shapes[(style + Math.floor(style / 6)) % 6]!,
    pointRadius: !isArea && data.length <= pointsUpTo ? (spec.series.length > mostInTooltip ? 1.5 : 3) : data.length === 1 ? 4 : 0,
    pointHoverRadius: 5,
    pointHitRadius: 12,
    pointBackgroundColor: colour,
  };
}

function scale(axis: Axis, isValue: boolean, offset: boolean): Partial<ScaleOptionsByType<"linear">> {
  const options = {
    type: "linear",
    offset,
    title: { display: true, text: axis.title, color: () => theme().muted, font: { size: 12 }, padding: 2 },
    grid: { color: () => theme().grid, drawTicks: false, display: isValue },
    border: { display: !isValue, color: () => theme().grid },
    ticks: { color: () => theme().muted, padding: 8, maxTicksLimit: isValue ? 6 : 9, maxRotation: 0, includeBounds: isValue, callback: (value: number | string) => tick(Number(value)) },
    ...(axis.names ? named(axis.names) : {}),
    ...(axis.min === undefined ? {} : { min: axis.min }),
    ...(axis.max === undefined ? {} : { max: axis.max }),
  };
  return options as unknown as Partial<ScaleOptionsByType<"linear">>;
}

/** A tick at every place that has a name, and at no other. */
function named(names: readonly string[]): object {
  return {
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => (scale.ticks = names.map((_, value) => ({ value }))),
    ticks: { color: () => theme().muted, padding: 8, maxRotation: 0, autoSkip: true, includeBounds: false, callback: (value: number | string) => names[Number(value)] ?? "" },
  };
}

function heading(spec: ChartSpec, items: TooltipItem<"line" | "bar">[]): string {
  const item = items[0];
  if (!item) {
    return "";
  }
  const name = spec.series[own(item).seriesIndex]?.points?.[item.dataIndex];
  return name ?? `${spec.x.title} ${readable(item.parsed.x ?? NaN)}`;
}

function own(item: TooltipItem<"line" | "bar">): Dataset {
  return item.dataset as unknown as Dataset;
}

function line(spec: ChartSpec, item: TooltipItem<"line" | "bar">): string {
  const value = spec.kind === "dots" ? item.parsed.x : item.parsed.y;
  return ` ${item.dataset.label ?? ""}: ${value === null || Number.isNaN(value) ? "not a number" : readable(value)}`;
}

export function translucent(colour: string, alpha: number): string {
  return `${colour}${Math.round(alpha * 255).toString(16).padStart(2, "0")}`;
}
