// Light and dark: the system's choice until somebody chooses.
import { useEffect, useState } from "preact/hooks";

const name = "semblance-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function chosen(): "light" | "dark" | null {
  const value = localStorage.getItem(name);
  return value === "light" || value === "dark" ? value : null;
}

function apply(): "light" | "dark" {
  const choice = chosen();
  if (choice) document.documentElement.dataset["theme"] = choice;
  else delete document.documentElement.dataset["theme"];
  return choice ?? (dark.matches ? "dark" : "light");
}

apply();

/** The theme in force, and the switch to the other one. */
export function useTheme(): ["light" | "dark", () => void] {
  const [theme, setTheme] = useState(apply);
  useEffect(() => {
    const changed = (): void => setTheme(apply());
    dark.addEventListener("change", changed);
    addEventListener("storage", changed);
    return () => {
      dark.removeEventListener("change", changed);
      removeEventListener("storage", changed);
    };
  }, []);
  const toggle = (): void => {
    localStorage.setItem(name, theme === "dark" ? "light" : "dark");
    setTheme(apply());
  };
  return [theme, toggle];
}
