// The map that is looked at: dragged, zoomed by wheel, fingers or keys, and clicked.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "./icons";
import { nameOf } from "./card";
import { draw, side, Thumbnails } from "./map-drawing";
import { all, inView, moved, withRoom, zoomed } from "./plane";
import type { Look, Placed } from "./plane";
import { go } from "./route";
import { useTheme } from "./theme";
import type { MapPoint } from "./types";

interface MapCanvasProps {
  points: MapPoint[];
  look: Look;
  setLook: (look: Look) => void;
  legend: string[];
  only: string | null;
}

const step = 60;
const stillClick = 5;
const reach = 14;

export function MapCanvas({ points, look, setLook, legend, only }: MapCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const travelled = useRef(0);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [hovered, setHovered] = useState<string | null>(null);
  const [, redraw] = useState(0);
  const [theme] = useTheme();
  const thumbnails = useMemo(() => new Thumbnails(() => redraw((value) => value + 1)), []);
  const { width, height } = size;
  const placed = useMemo(() => inView(points, look, width, height, side), [points, look, width, height]);
  const pictured = useMemo(() => withRoom(placed, side), [placed]);
  const chosen = placed.find((one) => one.point.id === hovered) ?? null;

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setSize({ width: entry.contentRect.width, height: entry.contentRect.height }));
    observer.observe(canvas.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (width === 0) return;
    const style = getComputedStyle(canvas.current!);
    const colours = [...legend.map((_, i) => style.getPropertyValue(`--series-${i + 1}`)), style.getPropertyValue("--muted")];
    const colour = (tags: string[]): string => colours[legend.findIndex((tag) => tags.includes(tag))] ?? colours.at(-1)!;
    draw(canvas.current!, thumbnails, { placed, pictured, chosen, colour, faded: (tags) => only !== null && !tags.includes(only) });
  });
  useEffect(() => {
    const element = canvas.current!;
    const wheeled = (event: WheelEvent): void => {
      event.preventDefault();
      setLook(zoomed(look, Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY, width, height));
    };
    element.addEventListener("wheel", wheeled, { passive: false });
    return () => element.removeEventListener("wheel", wheeled);
  }, [look, width, height, setLook, theme]);

  const down = (event: PointerEvent): void => {
    canvas.current!.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (pointers.current.size === 1) travelled.current = 0;
  };
  const move = (event: PointerEvent): void => {
    const before = pointers.current.get(event.pointerId);
    if (!before) {
      setHovered(at(placed, pictured, event.offsetX, event.offsetY)?.point.id ?? null);
      return;
    }
    const after = { x: event.offsetX, y: event.offsetY };
    travelled.current += Math.hypot(after.x - before.x, after.y - before.y);
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, after);
    if (!other) {
      setLook(moved(look, after.x - before.x, after.y - before.y, width, height));
      return;
    }
    const factor = Math.hypot(after.x - other.x, after.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
    setLook(zoomed(look, factor, (after.x + other.x) / 2, (after.y + other.y) / 2, width, height));
  };
  const up = (event: PointerEvent): void => {
    if (!pointers.current.delete(event.pointerId) || travelled.current > stillClick || event.type === "pointercancel") return;
    const found = at(placed, pictured, event.offsetX, event.offsetY);
    if (found) go({ item: found.point.id });
  };
  const zoom = (factor: number): void => setLook(zoomed(look, factor, width / 2, height / 2, width, height));
  const pressed = (event: KeyboardEvent): void => {
    const actions: Record<string, () => void> = {
      ArrowLeft: () => setLook(moved(look, step, 0, width, height)),
      ArrowRight: () => setLook(moved(look, -step, 0, width, height)),
      ArrowUp: () => setLook(moved(look, 0, step, width, height)),
      ArrowDown: () => setLook(moved(look, 0, -step, width, height)),
      "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), "0": () => setLook(all),
    };
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  return (
    <div class="map-frame">
      <canvas ref={canvas} class={chosen ? "over" : ""} role="application" aria-roledescription="map" tabIndex={0} onKeyDown={pressed} onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up} onPointerLeave={() => setHovered(null)}
        aria-label={`Map of ${points.length} images. Arrow keys move it, plus and minus zoom, 0 shows all. The same images are in the list.`} />
      {chosen && <span class="map-label" aria-hidden="true" style={{ left: `${Math.min(Math.max(chosen.left, 80), width - 80)}px`, top: `${chosen.top + side / 2}px` }}>{nameOf(chosen.point.id)}</span>}
      <div class="map-tools" role="group" aria-label="Zoom">
        <button type="button" class="icon-button" aria-label="Nearer" onClick={() => zoom(1.5)}><Icon name="plus" /></button>
        <button type="button" class="icon-button" aria-label="Farther" onClick={() => zoom(1 / 1.5)}><Icon name="minus" /></button>
        <button type="button" class="icon-button" aria-label="Show all" onClick={() => setLook(all)}><Icon name="whole" /></button>
      </div>
    </div>
  );
}

/** What lies under the pointer: an image, else the nearest dot. */
function at(placed: Placed[], pictured: Set<Placed>, left: number, top: number): Placed | null {
  const image = [...pictured].find((one) => Math.abs(one.left - left) < side / 2 && Math.abs(one.top - top) < side / 2);
  if (image) return image;
  const away = (one: Placed): number => Math.hypot(one.left - left, one.top - top);
  const nearest = placed.reduce<Placed | null>((best, one) => (best === null || away(one) < away(best) ? one : best), null);
  return nearest && away(nearest) < reach ? nearest : null;
}
