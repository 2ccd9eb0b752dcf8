import type { Plugin } from "chart.js";
import type { Mark } from "./data";
import { theme } from "./theme";

/** Dashed lines with a word at them: the step whose weights were kept, the value that chance gives. */
export function marksPlugin(marks: readonly Mark[]): Plugin<"line" | "bar"> {
  return {
    id: "marks",
    afterDatasetsDraw(chart) {
      const { ctx, chartArea: area, scales } = chart;
      const { muted } = theme();
      for (const mark of marks) {
        const at = scales[mark.axis]!.getPixelForValue(mark.at);
        const isVertical = mark.axis === "x";
        ctx.save();
        ctx.strokeStyle = muted;
        ctx.fillStyle = muted;
        ctx.setLineDash([3, 3]);
        ctx.beginPath();
        ctx.moveTo(isVertical ? at : area.left, isVertical ? area.top : at);
        ctx.lineTo(isVertical ? at : area.right, isVertical ? area.bottom : at);
        ctx.stroke();
        ctx.font = "11px system-ui, sans-serif";
        ctx.textAlign = isVertical && at < (area.left + area.right) / 2 ? "left" : "right";
        ctx.textBaseline = "bottom";
        ctx.fillText(mark.label, isVertical ? at : area.right, (isVertical ? area.top : at) - 4);
        ctx.restore();
      }
    },
  };
}
