// The gallery is complete without this script; it adds arrow keys and a closer look.

interface Look {
  strip: HTMLElement;
  index: number;
}

/** Every strip of results is one stop of the Tab key; arrows move inside it, Enter looks closer. */
export function enliven(gallery: HTMLElement): void {
  const dialog = document.querySelector<HTMLDialogElement>("#look");
  if (!dialog) {
    return;
  }
  const show = closerLook(dialog);
  gallery.querySelectorAll<HTMLElement>(".hits").forEach((strip) => {
    const hits = hitsOf(strip);
    hits.forEach((hit, index) => {
      hit.tabIndex = index === 0 ? 0 : -1;
      hit.setAttribute("role", "button");
      hit.setAttribute("aria-haspopup", "dialog");
      hit.addEventListener("click", () => show({ strip, index }));
    });
    strip.addEventListener("keydown", (event) => moveFocus(event, hits));
  });
}

function hitsOf(strip: HTMLElement): HTMLElement[] {
  return [...strip.querySelectorAll<HTMLElement>(".hit")];
}

function moveFocus(event: KeyboardEvent, hits: HTMLElement[]): void {
  const at = hits.indexOf(document.activeElement as HTMLElement);
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    hits[at]?.click();
    return;
  }
  const next = destination(event.key, at, hits.length);
  if (next !== null && hits[next]) {
    event.preventDefault();
    hits.forEach((hit, k) => (hit.tabIndex = k === next ? 0 : -1));
    hits[next].focus();
  }
}

function destination(key: string, at: number, count: number): number | null {
  switch (key) {
    case "ArrowRight":
      return Math.min(at + 1, count - 1);
    case "ArrowLeft":
      return Math.max(at - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/** The dialog that sets a query and one of its results side by side. */
function closerLook(dialog: HTMLDialogElement): (look: Look) => void {
  let current: Look | null = null;

  const fill = (): void => {
    if (!current) {
      return;
    }
    const hits = hitsOf(current.strip);
    const query = current.strip.closest(".query")?.querySelector(".asked");
    dialog.querySelector(".sides")!.replaceChildren(
      ...[query, hits[current.index]].filter((node) => node != null).map(copy));
    const place = `Result ${current.index + 1} of ${hits.length}`;
    dialog.querySelector("h2")!.textContent = place;
    step("previous").disabled = current.index === 0;
    step("next").disabled = current.index === hits.length - 1;
  };
  const step = (name: string): HTMLButtonElement => dialog.querySelector<HTMLButtonElement>(`.${name}`)!;
  const move = (by: number): void => {
    const count = current ? hitsOf(current.strip).length : 0;
    if (current && current.index + by >= 0 && current.index + by < count) {
      current = { ...current, index: current.index + by };
      fill();
    }
  };

  step("previous").addEventListener("click", () => move(-1));
  step("next").addEventListener("click", () => move(1));
  step("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      move(event.key === "ArrowRight" ? 1 : -1);
    }
  });
  return (look) => {
    current = look;
    fill();
    dialog.showModal();
  };
}

function copy(node: Element): HTMLElement {
  const twin = node.cloneNode(true) as HTMLElement;
  for (const name of ["role", "tabindex", "aria-haspopup", "id"]) {
    twin.removeAttribute(name);
  }
  return twin;
}
