// Light and dark: the system's choice until the reader chooses; paper is always light.

export interface Theme {
  text: string;
  muted: string;
  grid: string;
  surface: string;
  series: string[];
}

let inForce: Theme | null = null;

/** The colours in force. */
export function theme(): Theme {
  inForce ??= readTheme();
  return inForce;
}

function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: colour("--text"),
    muted: colour("--muted"),
    grid: colour("--grid"),
    surface: colour("--surface"),
    series: [1, 2, 3, 4, 5, 6].map((k) => colour(`--series-${k}`)),
  };
}

/** Calls back whenever the colours change: by the system, by the button, or for the printer. */
export function watchTheme(redraw: () => void): void {
  const changed = (): void => {
    inForce = null;
    redraw();
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", changed);
  matchMedia("print").addEventListener("change", changed);
  document.getElementById("theme")?.addEventListener("click", () => {
    const isDark = (document.documentElement.dataset["theme"] ?? (dark.matches ? "dark" : "light")) === "dark";
    document.documentElement.dataset["theme"] = isDark ? "light" : "dark";
    changed();
  });
}
