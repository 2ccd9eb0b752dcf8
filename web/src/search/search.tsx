// Search: an image or an item on one side, what is like it on the other.
import { useEffect } from "preact/hooks";
import { announce } from "./announce";
import { api } from "./api";
import type { SearchTerms } from "./api";
import { Card } from "./card";
import { Dropzone } from "./dropzone";
import { Filters } from "./filters";
import { Grid } from "./grid";
import { useMarks } from "./judgments";
import type { Marks } from "./judgments";
import { QueryPanel } from "./query";
import { go } from "./route";
import type { Route } from "./route";
import { useLoaded, useService } from "./service";
import { Basis, count, Empty, Failure, Skeletons } from "./states";
import type { Loaded } from "./service";
import type { Bringing } from "./upload";
import type { JudgedQuery, SearchAnswer } from "./types";

interface SearchProps {
  route: Route;
  bringing: Bringing;
}

export function Search({ route, bringing }: SearchProps) {
  const busy = bringing.pending !== null;
  const asked = route.id !== null || route.code !== null || busy;
  return asked ? <Asked route={route} bringing={bringing} /> : <Welcome route={route} bringing={bringing} />;
}

function Welcome({ bringing }: SearchProps) {
  const { info } = useService();
  return (
    <div class="welcome">
      <section class="hero" aria-labelledby="hero-title">
        <h1 id="hero-title" tabIndex={-1}>Find images that look alike</h1>
        {info && !info.encoder
          ? <p class="lead">This service has no model to look at new images with. Start from an image of the collection.</p>
          : <Dropzone brought={bringing.bring} largest={info?.limits.maxImageBytes ?? null} />}
        {bringing.error !== null && <Failure error={bringing.error} final />}
      </section>
      <Collection />
    </div>
  );
}

const startingPoints = 24;

function Collection() {
  const { info } = useService();
  const items = useLoaded("collection", () => api.items(startingPoints));
  return (
    <section aria-labelledby="collection-title">
      <h2 id="collection-title" class="quiet">Or start from one of these</h2>
      {items.error !== null && <Failure error={items.error} />}
      {items.loading && !items.data && <Skeletons count={12} />}
      {items.data?.items.length === 0 && <Empty icon="search" title="Nothing here yet">The collection is empty. {info?.features.write ? "Add images with the button above." : "Items are added with the command line."}</Empty>}
      {items.data && items.data.items.length > 0 && (
        <Grid label="Images of the collection">
          {items.data.items.map((item, i) => <Card key={item.id} item={item} place={i + 1} bits={info?.store.bits ?? 64} marks={null} />)}
        </Grid>
      )}
    </section>
  );
}

function Asked({ route, bringing }: SearchProps) {
  const { info } = useService();
  const terms: SearchTerms = { k: route.k, radius: route.radius, tags: route.tags, without: route.without };
  const query: JudgedQuery | null = route.id !== null ? { id: route.id } : route.code !== null ? { code: route.code } : null;
  const answer = useLoaded(query && JSON.stringify([query, terms]), () => (query?.id !== undefined ? api.searchId(query.id, terms) : api.searchCode(query?.code ?? "", terms)));
  const marks = useMarks(query);
  const waiting = bringing.pending !== null;

  useEffect(() => {
    if (!answer.data || waiting) return;
    const { hits } = answer.data;
    announce(hits.length === 0 ? "No results." : `${hits.length} ${hits.length === 1 ? "result" : "results"}, distances ${hits[0]?.distance} to ${hits.at(-1)?.distance}.`);
  }, [answer.data, waiting]);

  return (
    <div class="asked">
      <aside class="side" aria-label="Query">
        <QueryPanel route={route} bringing={bringing} />
        <details class="filter-box" open={matchMedia("(min-width: 56rem)").matches}>
          <summary>Filters{active(route) > 0 && <span class="badge">{active(route)}</span>}</summary>
          <Filters route={route} />
        </details>
      </aside>
      <section class="results" aria-labelledby="results-title" aria-busy={waiting || answer.loading}>
        <h1 id="results-title" class="spoken" tabIndex={-1}>Results</h1>
        {bringing.error !== null && <Failure error={bringing.error} final />}
        {waiting || (answer.loading && !answer.data) ? <Skeletons count={12} /> : <Results answer={answer} marks={info?.features.browse === false ? null : marks} route={route} />}
      </section>
    </div>
  );
}

function Results({ answer, marks, route }: { answer: Loaded<SearchAnswer>; marks: Marks | null; route: Route }) {
  const { info } = useService();
  if (answer.error !== null) return <Failure error={answer.error} />;
  if (!answer.data) return null;
  const { hits, missing, tookMs } = answer.data;
  if (hits.length === 0) {
    return (
      <Empty icon="search" title={route.tags.length + route.without.length > 0 ? "Nothing fits" : "Nothing is near enough"}>
        {active(route) > 0 ? <button type="button" onClick={() => go({ tags: [], without: [], radius: null })}>Remove the filters</button> : "The collection has no other items."}
      </Empty>
    );
  }
  return (
    <>
      <p class="found">
        <span>{count(hits.length)} {hits.length === 1 ? "result" : "results"}</span>
        {info && <span>among <Basis sampled={info.store.items} items={info.store.items} /></span>}
        <span>{tookMs < 10 ? tookMs.toFixed(1) : Math.round(tookMs)} ms</span>
      </p>
      {missing !== null && missing !== undefined && <p class="warning" role="alert">Not all of the collection could be searched: {missing}</p>}
      <Grid label="Results">
        {hits.map((hit, i) => <Card key={hit.id} item={hit} place={i + 1} bits={info?.store.bits ?? 64} marks={marks} />)}
      </Grid>
    </>
  );
}

function active(route: Route): number {
  return route.tags.length + route.without.length + (route.radius === null ? 0 : 1);
}
