import { dashOf, seriesOf, setLogarithmic, styleOf, type ReportChart } from "./charts";
import type { ChartSpec } from "./data";

const svg = "http://www.w3.org/2000/svg";

/** From so many series on, all can be hidden and shown at once. */
const manySeries = 7;

/** The buttons above a chart: one per series, showing and hiding it, and the scale's. */
export function addControls(figure: HTMLElement, chart: ReportChart, spec: ChartSpec): void {
  const bar = document.createElement("div");
  bar.className = "legend";
  if (spec.series.length > 1) {
    spec.series.forEach((series, k) => bar.append(seriesButton(chart, spec, series.name, k)));
    if (spec.series.length >= manySeries) {
      bar.append(allButton(bar));
    }
  }
  if (spec.y.canBeLogarithmic) {
    bar.append(scaleButton(chart));
  }
  if (bar.childElementCount > 0) {
    figure.querySelector(".plot")?.before(bar);
  }
}

function seriesButton(chart: ReportChart, spec: ChartSpec, name: string, index: number): HTMLButtonElement {
  return toggle(name, true, swatch(spec, index), (isOn) => {
    chart.data.datasets.forEach((_, k) => seriesOf(chart, k) === index && chart.setDatasetVisibility(k, isOn));
    chart.update("none");
  });
}

function allButton(bar: HTMLElement): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "all";
  button.textContent = "none";
  button.addEventListener("click", () => {
    const isOn = button.textContent === "all";
    bar.querySelectorAll<HTMLButtonElement>(`button[aria-pressed="${String(!isOn)}"]:not(.scale)`).forEach((other) => other.click());
    button.textContent = isOn ? "none" : "all";
  });
  return button;
}

function scaleButton(chart: ReportChart): HTMLButtonElement {
  const button = toggle("log scale", false, null, (isOn) => setLogarithmic(chart, isOn));
  button.classList.add("scale");
  return button;
}

function toggle(name: string, isOn: boolean, picture: Element | null, changed: (isOn: boolean) => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-pressed", String(isOn));
  if (picture) {
    button.append(picture);
  }
  button.append(name);
  button.addEventListener("click", () => {
    const next = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(next));
    changed(next);
  });
  return button;
}

function swatch(spec: ChartSpec, index: number): SVGSVGElement {
  const picture = document.createElementNS(svg, "svg");
  const style = styleOf(spec.series[index]!, index);
  picture.setAttribute("class", `swatch series-${(style % 6) + 1}${spec.kind === "dots" ? " dot" : ""}`);
  picture.setAttribute("viewBox", "0 0 26 10");
  picture.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(svg, "path");
  line.setAttribute("d", spec.kind === "dots" ? "M13 5h0" : "M1 5H25");
  line.setAttribute("stroke-dasharray", spec.kind === "bars" || spec.kind === "dots" ? "" : dashOf(style).join(" "));
  picture.append(line);
  return picture;
}
