// Keys that work everywhere on the page, unless somebody switches them off.
import { useEffect } from "preact/hooks";
import { go, views } from "./route";

const name = "semblance-single-keys";

export const singleKeys = {
  on: (): boolean => localStorage.getItem(name) !== "off",
  set: (on: boolean): void => localStorage.setItem(name, on ? "on" : "off"),
};

export function useShortcuts(help: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !singleKeys.on() || target?.closest("input, textarea, select, dialog")) return;
      const view = views[Number(event.key) - 1];
      if (view) go({ view, item: null });
      else if (event.key === "?") help();
      else if (event.key === "u") document.querySelector<HTMLElement>("[data-choose]")?.click();
      else if (event.key === "/") focusTags();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [help]);
}

function focusTags(): void {
  const field = document.getElementById("tag");
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
}
