// Where the map is looked at: which part of the plane, how near.
import type { MapPoint } from "./types";

export interface Look {
  /** The middle of the view on the plane, whose points lie from -1 to 1. */
  x: number;
  y: number;
  /** 1 shows everything. */
  zoom: number;
}

export interface Placed {
  point: MapPoint;
  left: number;
  top: number;
}

export const all: Look = { x: 0, y: 0, zoom: 1 };
const nearest = 60;
const margin = 0.88;
const mostStretch = 1.9;

/** Pixels that 1 on the plane takes, across and down. A frame of another shape stretches the plane, within bounds. */
export function scale(look: Look, width: number, height: number): { across: number; down: number } {
  const least = Math.min(width, height);
  return { across: (Math.min(width, least * mostStretch) / 2) * margin * look.zoom, down: (Math.min(height, least * mostStretch) / 2) * margin * look.zoom };
}

/** Zooms by a factor so that the place under a pointer stays where it is. */
export function zoomed(look: Look, factor: number, left: number, top: number, width: number, height: number): Look {
  const zoom = Math.min(Math.max(look.zoom * factor, 1), nearest);
  const [before, after] = [scale(look, width, height), scale({ ...look, zoom }, width, height)];
  const [dx, dy] = [left - width / 2, top - height / 2];
  return within({ x: look.x + dx / before.across - dx / after.across, y: look.y + dy / before.down - dy / after.down, zoom });
}

export function moved(look: Look, dx: number, dy: number, width: number, height: number): Look {
  const size = scale(look, width, height);
  return within({ ...look, x: look.x - dx / size.across, y: look.y - dy / size.down });
}

/** Points that are in view, with their places on the screen. */
export function inView(points: MapPoint[], look: Look, width: number, height: number, beyond: number): Placed[] {
  const size = scale(look, width, height);
  return points
    .map((point) => ({ point, left: width / 2 + (point.x - look.x) * size.across, top: height / 2 + (point.y - look.y) * size.down }))
    .filter(({ left, top }) => left > -beyond && top > -beyond && left < width + beyond && top < height + beyond);
}

/** Those that get an image: in their order, as long as they do not cover each other. */
export function withRoom(placed: Placed[], side: number): Set<Placed> {
  const taken = new Map<string, Placed[]>();
  const chosen = new Set<Placed>();
  for (const one of placed) {
    const [column, row] = [Math.floor(one.left / side), Math.floor(one.top / side)];
    const near = [-1, 0, 1].flatMap((x) => [-1, 0, 1].flatMap((y) => taken.get(`${column + x},${row + y}`) ?? []));
    if (near.some((other) => Math.abs(other.left - one.left) < side && Math.abs(other.top - one.top) < side)) continue;
    chosen.add(one);
    const cell = `${column},${row}`;
    taken.set(cell, [...(taken.get(cell) ?? []), one]);
  }
  return chosen;
}

function within(look: Look): Look {
  const clamp = (value: number): number => Math.min(Math.max(value, -1.1), 1.1);
  return { ...look, x: clamp(look.x), y: clamp(look.y) };
}
