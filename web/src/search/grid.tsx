// Cards side by side; arrow keys go from one to the next.
import type { ComponentChildren } from "preact";

const selector = "[data-card]";

export function Grid({ label, children }: { label: string; children: ComponentChildren }) {
  const pressed = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const cards = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
    const at = cards.findIndex((card) => card === document.activeElement || card.parentElement?.contains(document.activeElement));
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = target(cards, at, event.key);
    if (next === null) return;
    event.preventDefault();
    cards[next]?.focus();
  };
  return <ul class="grid" aria-label={label} onKeyDown={pressed}>{children}</ul>;
}

function target(cards: HTMLElement[], at: number, key: string): number | null {
  const columns = cards.filter((card) => card.getBoundingClientRect().top === cards[0]!.getBoundingClientRect().top).length;
  const moves: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns, Home: 0, End: cards.length - 1 };
  const next = moves[key];
  return next === undefined ? null : Math.min(Math.max(next, 0), cards.length - 1);
}
