// What the service sends and takes; see its OpenAPI document.

export interface Item {
  id: string;
  code: string;
  tags: string[];
  payload: unknown;
  image: boolean;
}

export interface Hit extends Item {
  distance: number;
}

export interface SearchAnswer {
  hits: Hit[];
  k: number;
  radius: number | null;
  missing: string | null;
  tookMs: number;
  query: { code: string };
}

export interface Info {
  name: string;
  version: string;
  store: { engine: string; items: number; bits: number; ids: string; bytes: number | null; readOnly: boolean; warning: string | null };
  encoder: { model: string; bits: number } | null;
  features: { write: boolean; images: boolean; url: boolean; browse: boolean };
  limits: { maxImageBytes: number; maxPixels: number; maxK: number; maxBatch: number };
}

export interface TagCount {
  tag: string;
  count: number;
}

export interface Tags {
  tags: TagCount[];
  sampled: number;
  items: number;
}

export interface MapPoint {
  id: string;
  x: number;
  y: number;
  tags: string[];
}

export interface MapAnswer {
  points: MapPoint[];
  method: string;
  sampled: number;
  items: number;
  explained: number;
}

export interface Cluster {
  id: string;
  size: number;
  radius: number;
  examples: string[];
}

export interface Clusters {
  clusters: Cluster[];
  sampled: number;
  items: number;
}

export interface Duplicates {
  groups: string[][];
  sizes: number[];
  total: number;
  radius: number;
  sampled: number;
  items: number;
}

export interface JudgedQuery {
  id?: string;
  code?: string;
}

export interface Judgment {
  query: JudgedQuery;
  item: string;
  relevant: boolean;
  time: string;
}

export interface Judgments {
  judgments: Judgment[];
  groups: string[][];
  conflicts: Judgment[];
}

/** A part of an image, as shares of its width and height. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}
