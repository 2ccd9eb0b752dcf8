// An image with a region that is moved and resized by pointer or by keys.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Region } from "./types";

interface CropperProps {
  url: string;
  alt: string;
  region: Region | null;
  /** Hears every change, and whether it is the last of a movement. */
  changed: (region: Region, done: boolean) => void;
}

type Grip = "move" | "nw" | "ne" | "sw" | "se" | "draw";

const least = 0.05;
const step = 0.02;
const corners: Grip[] = ["nw", "ne", "sw", "se"];

export function Cropper({ url, alt, region, changed }: CropperProps) {
  const frame = useRef<HTMLDivElement>(null);
  const handle = useRef<HTMLDivElement>(null);
  const [grip, setGrip] = useState<{ kind: Grip; x: number; y: number; from: Region } | null>(null);

  const cropped = region !== null;
  useEffect(() => {
    if (cropped) handle.current?.focus({ preventScroll: true });
  }, [cropped]);

  const place = (event: PointerEvent): { x: number; y: number } => {
    const box = frame.current!.getBoundingClientRect();
    return { x: clamp((event.clientX - box.left) / box.width, 0, 1), y: clamp((event.clientY - box.top) / box.height, 0, 1) };
  };
  const down = (kind: Grip) => (event: PointerEvent): void => {
    event.stopPropagation();
    event.preventDefault();
    const at = place(event);
    frame.current!.setPointerCapture(event.pointerId);
    setGrip({ kind, ...at, from: region && kind !== "draw" ? region : { ...at, width: 0, height: 0 } });
  };
  const moved = (event: PointerEvent, done: boolean): void => {
    if (!grip) return;
    const at = place(event);
    const drawn = grip.kind === "draw" && Math.abs(at.x - grip.x) < least && Math.abs(at.y - grip.y) < least;
    if (!drawn) changed(dragged(grip.from, grip.kind, at.x - grip.x, at.y - grip.y), done);
    if (done) setGrip(null);
  };
  const pressed = (event: KeyboardEvent): void => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || !region) return;
    event.preventDefault();
    const [x = 0, y = 0] = way.map((direction) => direction * step);
    changed(event.shiftKey ? dragged(region, "se", x, y) : dragged(region, "move", x, y), true);
  };

  return (
    <div ref={frame} class={`cropper ${region ? "cropped" : ""}`} onPointerDown={down("draw")} onPointerMove={(event) => moved(event, false)} onPointerUp={(event) => moved(event, true)} onPointerCancel={() => setGrip(null)}>
      <img src={url} alt={alt} draggable={false} />
      {region && (
        <div ref={handle} class="region" role="application" aria-roledescription="region of the image" aria-label={`${described(region)} Arrow keys move it, Shift with arrow keys resizes it.`} tabIndex={0} onKeyDown={pressed} onPointerDown={down("move")}
          style={{ left: percent(region.x), top: percent(region.y), width: percent(region.width), height: percent(region.height) }}>
          {corners.map((corner) => <span key={corner} class={`corner ${corner}`} aria-hidden="true" onPointerDown={down(corner)} />)}
        </div>
      )}
    </div>
  );
}

/** A region after its grip was dragged; it stays inside the image and keeps a least size. */
export function dragged(from: Region, grip: Grip, x: number, y: number): Region {
  if (grip === "move") {
    return { ...from, x: clamp(from.x + x, 0, 1 - from.width), y: clamp(from.y + y, 0, 1 - from.height) };
  }
  const west = grip === "nw" || grip === "sw";
  const north = grip === "nw" || grip === "ne";
  const [left, right] = span(from.x, from.x + from.width, west, x);
  const [top, bottom] = span(from.y, from.y + from.height, north, y);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function span(low: number, high: number, lower: boolean, by: number): [number, number] {
  const [fixed, free] = lower ? [high, clamp(low + by, 0, 1)] : [low, clamp(high + by, 0, 1)];
  const far = Math.abs(free - fixed) >= least ? free : clamp(fixed + (free < fixed || (free === fixed && lower) ? -least : least), 0, 1);
  const [start, end] = [Math.min(fixed, far), Math.max(fixed, far)];
  return end - start >= least ? [start, end] : start === 0 ? [0, least] : [1 - least, 1];
}

function described(region: Region): string {
  return `Region of ${percent(region.width)} by ${percent(region.height)}, ${percent(region.x)} from the left and ${percent(region.y)} from the top.`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10}%`;
}
