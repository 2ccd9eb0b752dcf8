// Draws the map: images where there is room, dots for the others.
import { address } from "./api";
import { imageAddress } from "./picture";
import type { Placed } from "./plane";

export const side = 60;
const dot = 4.5;
const mostLoading = 6;
const mostKept = 800;

/** Thumbnails for the canvas, loaded a few at a time. */
export class Thumbnails {
  private readonly images = new Map<string, HTMLImageElement | null>();
  private readonly waiting = new Set<string>();
  private loading = 0;

  constructor(private readonly loaded: () => void) {}

  get(id: string): HTMLImageElement | null {
    if (!this.images.has(id)) this.waiting.add(id);
    return this.images.get(id) ?? null;
  }

  /** Loads what was asked for since the last time. */
  load(): void {
    for (const id of this.waiting) {
      if (this.loading >= mostLoading) return;
      this.waiting.delete(id);
      this.loading++;
      void this.fetch(id);
    }
  }

  private async fetch(id: string): Promise<void> {
    const image = new Image();
    try {
      image.src = await imageAddress(address.thumbnail(id, 64));
      await image.decode();
      this.images.set(id, image);
    } catch {
      this.images.set(id, null);
    }
    this.loading--;
    if (this.images.size > mostKept) this.images.delete(this.images.keys().next().value!);
    this.loaded();
  }
}

export interface Drawing {
  placed: Placed[];
  pictured: Set<Placed>;
  chosen: Placed | null;
  colour: (tags: string[]) => string;
  faded: (tags: string[]) => boolean;
}

export function draw(canvas: HTMLCanvasElement, thumbnails: Thumbnails, drawing: Drawing): void {
  const context = canvas.getContext("2d")!;
  const ratio = devicePixelRatio;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  context.imageSmoothingQuality = "high";
  for (const one of drawing.placed) {
    if (!drawing.pictured.has(one)) drawDot(context, one, drawing);
  }
  for (const one of drawing.pictured) {
    const image = thumbnails.get(one.point.id);
    if (image) drawImage(context, one, image, drawing);
    else drawDot(context, one, drawing);
  }
  if (drawing.chosen) outline(context, drawing.chosen, drawing);
  thumbnails.load();
}

function drawDot(context: CanvasRenderingContext2D, one: Placed, drawing: Drawing): void {
  context.globalAlpha = drawing.faded(one.point.tags) ? 0.12 : 0.75;
  context.fillStyle = drawing.colour(one.point.tags);
  context.beginPath();
  context.arc(one.left, one.top, dot, 0, 2 * Math.PI);
  context.fill();
  context.globalAlpha = 1;
}

function drawImage(context: CanvasRenderingContext2D, one: Placed, image: HTMLImageElement, drawing: Drawing): void {
  const half = side / 2 - 2;
  const cut = Math.min(image.naturalWidth, image.naturalHeight);
  context.save();
  context.globalAlpha = drawing.faded(one.point.tags) ? 0.15 : 1;
  context.beginPath();
  context.roundRect(one.left - half, one.top - half, 2 * half, 2 * half, 8);
  context.clip();
  context.drawImage(image, (image.naturalWidth - cut) / 2, (image.naturalHeight - cut) / 2, cut, cut, one.left - half, one.top - half, 2 * half, 2 * half);
  context.restore();
  context.globalAlpha = drawing.faded(one.point.tags) ? 0.15 : 1;
  context.strokeStyle = drawing.colour(one.point.tags);
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(one.left - half, one.top - half, 2 * half, 2 * half, 8);
  context.stroke();
  context.globalAlpha = 1;
}

function outline(context: CanvasRenderingContext2D, one: Placed, drawing: Drawing): void {
  const half = drawing.pictured.has(one) ? side / 2 + 2 : dot + 5;
  context.strokeStyle = getComputedStyle(context.canvas).getPropertyValue("--accent");
  context.lineWidth = 3;
  context.beginPath();
  context.roundRect(one.left - half, one.top - half, 2 * half, 2 * half, drawing.pictured.has(one) ? 11 : half);
  context.stroke();
}
