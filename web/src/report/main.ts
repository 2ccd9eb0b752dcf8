import { drawChart } from "./charts";
import { readReportData } from "./data";
import { enliven } from "./gallery";
import { addControls } from "./legend";
import { unfoldForPrinting } from "./print";
import { makeSortable } from "./sorting";
import { addNumbers } from "./table";
import { watchTheme } from "./theme";

const drawn = readReportData().charts.flatMap((spec) => {
  const figure = document.getElementById(spec.id);
  const canvas = figure?.querySelector("canvas");
  if (!figure || !canvas) {
    return [];
  }
  const chart = drawChart(canvas, spec);
  addControls(figure, chart, spec);
  if (spec.kind !== "dots") {
    addNumbers(figure, spec);
  }
  return [chart];
});

watchTheme(() => drawn.forEach((chart) => chart.update("none")));
document.querySelectorAll<HTMLTableElement>("table.sortable").forEach(makeSortable);
document.querySelectorAll<HTMLElement>(".gallery").forEach(enliven);
unfoldForPrinting();
document.documentElement.classList.add("live");
