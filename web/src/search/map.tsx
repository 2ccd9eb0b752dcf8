// The map of the collection: images on a plane, like ones near each other.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api } from "./api";
import { Icon } from "./icons";
import { MapCanvas } from "./map-canvas";
import { Picture } from "./picture";
import { all, inView } from "./plane";
import type { Look } from "./plane";
import { go } from "./route";
import { useLoaded } from "./service";
import { Basis, Empty, Failure } from "./states";
import type { MapPoint } from "./types";

const colours = 6;
const listed = 60;

export function MapView() {
  const { data, error, loading } = useLoaded("map", api.map);
  const [look, setLook] = useState<Look>(all);
  const [asList, setAsList] = useState(false);
  const [only, setOnly] = useState<string | null>(null);
  const legend = useMemo(() => frequentTags(data?.points ?? []), [data]);
  return (
    <section class="page map-page" aria-labelledby="map-title" aria-busy={loading}>
      <div class="page-head">
        <div>
          <h1 id="map-title" tabIndex={-1}>Map</h1>
          <p class="quiet">{data ? <>Made of <Basis sampled={data.sampled} items={data.items} />: {data.method}, {Math.round(data.explained * 100)} % of the variance.</> : "Like images lie near each other."}</p>
        </div>
        <div class="segments" role="group" aria-label="How to show it">
          <button type="button" aria-pressed={!asList} onClick={() => setAsList(false)}><Icon name="map" />Map</button>
          <button type="button" aria-pressed={asList} onClick={() => setAsList(true)}><Icon name="list" />List</button>
        </div>
      </div>
      {error !== null && <Failure error={error} />}
      {loading && !data && <div class="skeleton map-skeleton" aria-hidden="true" />}
      {data?.points.length === 0 && <Empty icon="map" title="The map is empty">It fills when the collection has items.</Empty>}
      {data && data.points.length > 0 && (
        <>
          {legend.length > 0 && <Legend tags={legend} only={only} choose={setOnly} />}
          {asList ? <PointList points={data.points} look={look} only={only} /> : <MapCanvas points={data.points} look={look} setLook={setLook} legend={legend} only={only} />}
        </>
      )}
    </section>
  );
}

function Legend({ tags, only, choose }: { tags: string[]; only: string | null; choose: (tag: string | null) => void }) {
  return (
    <ul class="chips legend" aria-label="Colours of tags">
      {tags.map((tag, i) => (
        <li key={tag}><button type="button" class={`chip series-${i + 1}`} aria-pressed={only === tag} onClick={() => choose(only === tag ? null : tag)}><span class="swatch" aria-hidden="true" />{tag}</button></li>
      ))}
    </ul>
  );
}

/** The same points for those who cannot use the map: the part that it shows, from its middle outwards. */
function PointList({ points, look, only }: { points: MapPoint[]; look: Look; only: string | null }) {
  const [shown, setShown] = useState(listed);
  const first = useRef<HTMLUListElement>(null);
  useEffect(() => first.current?.scrollIntoView({ block: "nearest" }), []);
  const near = inView(points, look, 1000, 1000, 0).map((placed) => placed.point)
    .filter((point) => only === null || point.tags.includes(only))
    .sort((a, b) => Math.hypot(a.x - look.x, a.y - look.y) - Math.hypot(b.x - look.x, b.y - look.y));
  return (
    <>
      <ul class="point-list" ref={first} aria-label="Images on the map, from its middle outwards">
        {near.slice(0, shown).map((point) => (
          <li key={point.id}>
            <button type="button" onClick={() => go({ item: point.id })}>
              <Picture id={point.id} alt="" size={64} />
              <span class="name">{point.id}</span>
              <span class="quiet">{point.tags.join(", ")}</span>
            </button>
          </li>
        ))}
      </ul>
      {near.length > shown && <button type="button" class="more-button" onClick={() => setShown(shown + listed)}>Show more</button>}
    </>
  );
}

function frequentTags(points: MapPoint[]): string[] {
  const counts = new Map<string, number>();
  points.forEach((point) => point.tags.forEach((tag) => counts.set(tag, (counts.get(tag) ?? 0) + 1)));
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, colours).map(([tag]) => tag);
}
