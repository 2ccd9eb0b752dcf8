// Groups of similar items, each around one in its middle.
import { useState } from "preact/hooks";
import { api } from "./api";
import { nameOf, searchFor } from "./card";
import { Icon } from "./icons";
import { Picture } from "./picture";
import { go } from "./route";
import { useLoaded } from "./service";
import { Basis, count, Empty, Failure, Skeletons } from "./states";
import type { Cluster } from "./types";

const most = 64;

export function Clusters() {
  const [wanted, setWanted] = useState<number | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const { data, error, loading } = useLoaded(`clusters ${wanted}`, () => api.clusters(wanted));
  const number = shown ?? wanted ?? data?.clusters.length ?? 12;
  return (
    <section class="page" aria-labelledby="clusters-title" aria-busy={loading}>
      <div class="page-head">
        <div>
          <h1 id="clusters-title" tabIndex={-1}>Clusters</h1>
          <p class="quiet">{data ? <>{count(data.clusters.length)} groups of similar images, found in <Basis sampled={data.sampled} items={data.items} />.</> : "Groups of similar images."}</p>
        </div>
        <label class="range">
          <span>Up to <output>{number}</output> clusters</span>
          <input type="range" min="2" max={most} value={Math.min(number, most)} onInput={(event) => setShown(Number(event.currentTarget.value))} onChange={(event) => { setWanted(Number(event.currentTarget.value)); setShown(null); }} />
        </label>
      </div>
      {error !== null && <Failure error={error} />}
      {loading && !data && <Skeletons count={8} kind="wide" />}
      {data?.clusters.length === 0 && <Empty icon="clusters" title="No clusters yet">They appear when the collection has items.</Empty>}
      <ul class="clusters">{data?.clusters.map((cluster) => <ClusterCard key={cluster.id} cluster={cluster} />)}</ul>
    </section>
  );
}

function ClusterCard({ cluster }: { cluster: Cluster }) {
  const [middle = cluster.id, ...others] = cluster.examples;
  return (
    <li class="cluster">
      <div class={`mosaic of-${Math.min(others.length + 1, 5)}`}>
        {[middle, ...others.slice(0, 4)].map((id, i) => (
          <button key={id} type="button" onClick={() => go({ item: id })} aria-label={`${i === 0 ? "Middle of the cluster" : "Member"}: ${id}`}><Picture id={id} alt="" size={i === 0 ? 256 : 128} /></button>
        ))}
      </div>
      <div class="cluster-text">
        <h2 class="name" title={cluster.id}>Around {nameOf(cluster.id)}</h2>
        <p class="quiet">{count(cluster.size)} {cluster.size === 1 ? "image" : "images"}, up to distance {cluster.radius}</p>
        <button type="button" aria-label={`Search around ${cluster.id}`} onClick={() => searchFor(cluster.id, cluster.radius)}><Icon name="search" />Search</button>
      </div>
    </li>
  );
}
