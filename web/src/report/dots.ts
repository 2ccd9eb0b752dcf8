import type { Chart, Plugin, ScaleOptionsByType } from "chart.js";
import { translucent, type Dataset } from "./charts";
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

/** Lines through the dots of the first series, as long as their spread. */
export function spreadPlugin(spec: ChartSpec): Plugin<"line" | "bar"> {
  return {
    id: "spread",
    beforeDatasetsDraw(chart: Chart<"line" | "bar">) {
      const series = spec.series[0];
      if (spec.kind !== "dots" || !series?.spread || !chart.isDatasetVisible(0)) {
        return;
      }
      const { ctx, scales } = chart;
      ctx.save();
      ctx.strokeStyle = theme().series[0]!;
      ctx.lineWidth = 2;
      series.x.forEach((x, k) => {
        const reach = series.spread![k];
        const row = series.y[k];
        if (reach === null || reach === undefined || row === null || row === undefined) {
          return;
        }
        const y = scales["y"]!.getPixelForValue(row);
        const [from, to] = [scales["x"]!.getPixelForValue(x - reach), scales["x"]!.getPixelForValue(x + reach)];
        ctx.beginPath();
        ctx.moveTo(from, y);
        ctx.lineTo(to, y);
        [from, to].forEach((end) => (ctx.moveTo(end, y - 4), ctx.lineTo(end, y + 4)));
        ctx.stroke();
      });
      ctx.restore();
    },
  };
}
