import type { Chart, Plugin, ScaleOptionsByType } from "chart.js";
import { styleOf, translucent, type Dataset } from "./charts";
import type { ChartSpec } from "./data";
import { theme } from "./theme";

// A chart of dots: one row a name, values along x. The first series has large dots and lines of its spread, further ones small dots.

/** Room for every row, whatever their number. */
export function height(spec: ChartSpec): string {
  return `${(spec.rows?.length ?? 0) * 1.6 + 4}rem`;
}

export function dotSets(spec: ChartSpec): Dataset[] {
  return spec.series.map((series, index) => {
    const isMain = index === 0;
    const colour = (): string => (isMain ? theme().series[0]! : translucent(theme().series[1]!, 0.65));
    return {
      type: "line",
      label: series.name,
      data: series.x.map((x, k) => ({ x, y: series.y[k] ?? NaN })),
      seriesIndex: index,
      isRaw: true,
      showLine: false,
      pointStyle: isMain ? "circle" : "rectRot",
      pointRadius: isMain ? 5 : 3.5,
      pointHoverRadius: isMain ? 6 : 4,
      pointBorderWidth: 0,
      borderColor: colour,
      backgroundColor: colour,
      pointBackgroundColor: colour,
    } as Dataset;
  });
}

/** The names of the rows along the y axis, from the top. */
export function rowScale(spec: ChartSpec): Partial<ScaleOptionsByType<"linear">> {
  const rows = spec.rows ?? [];
  const options = {
    type: "linear",
    reverse: true,
    min: -0.6,
    max: rows.length - 0.4,
    grid: { color: () => theme().grid, drawTicks: false },
    border: { display: false },
    afterBuildTicks: (axis: { ticks: { value: number }[] }) => (axis.ticks = rows.map((_, value) => ({ value }))),
    ticks: { color: () => theme().text, padding: 8, autoSkip: false, callback: (value: number | string) => rows[Number(value)] ?? "" },
  };
  return options as unknown as Partial<ScaleOptionsByType<"linear">>;
}

/** Lines through points, as long as their spread: along x in a chart of dots, along y in one of lines. */
export function spreadPlugin(spec: ChartSpec): Plugin<"line" | "bar"> {
  return {
    id: "spread",
    beforeDatasetsDraw(chart: Chart<"line" | "bar">) {
      spec.series.forEach((series, index) => series.spread && chart.isDatasetVisible(index) && drawSpread(chart, spec, index));
    },
  };
}

function drawSpread(chart: Chart<"line" | "bar">, spec: ChartSpec, index: number): void {
  const { x, y, spread } = spec.series[index]!;
  const { ctx, scales, chartArea: area } = chart;
  const isAlongX = spec.kind === "dots";
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.left, area.top, area.right - area.left, area.bottom - area.top);
  ctx.clip();
  ctx.strokeStyle = theme().series[styleOf(spec.series[index]!, index) % 6]!;
  ctx.lineWidth = isAlongX ? 2 : 1.5;
  x.forEach((at, k) => {
    const reach = spread![k];
    const value = y[k];
    if (reach === null || reach === undefined || value === null || value === undefined) {
      return;
    }
    const [across, scale, middle] = isAlongX ? [scales["y"]!.getPixelForValue(value), scales["x"]!, at] : [scales["x"]!.getPixelForValue(at), scales["y"]!, value];
    const ends = [middle - reach, middle + reach].map((end) => scale.getPixelForValue(end)) as [number, number];
    const move = (along: number, beside: number, isLine: boolean): void => {
      const point: [number, number] = isAlongX ? [along, across + beside] : [across + beside, along];
      isLine ? ctx.lineTo(...point) : ctx.moveTo(...point);
    };
    ctx.beginPath();
    move(ends[0], 0, false);
    move(ends[1], 0, true);
    ends.forEach((end) => (move(end, -4, false), move(end, 4, true)));
    ctx.stroke();
  });
  ctx.restore();
}
