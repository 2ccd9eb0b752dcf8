// The page: its head, the view that the address names, and what lies over it.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { AddDialog } from "./add";
import { Announcements } from "./announce";
import { Clusters } from "./clusters";
import { Detail } from "./detail";
import { Duplicates } from "./duplicates";
import { Header } from "./header";
import { Help } from "./help";
import { KeyDialog } from "./key";
import { MapView } from "./map";
import { Marks } from "./marks";
import { leaveItem, useRoute } from "./route";
import type { Route } from "./route";
import { Search } from "./search";
import { ServiceProvider, useService } from "./service";
import { useShortcuts } from "./shortcuts";
import { Offline } from "./states";
import { useBringing } from "./upload";

const titles = { search: "Search", map: "Map", clusters: "Clusters", duplicates: "Near-duplicates", marks: "Marks" };

export function App() {
  return (
    <ServiceProvider>
      <Page />
    </ServiceProvider>
  );
}

function Page() {
  const route = useRoute();
  const { info, locked } = useService();
  const bringing = useBringing();
  const [over, setOver] = useState<"help" | "add" | "key" | null>(null);
  const help = useCallback(() => setOver("help"), []);
  const close = useCallback(() => setOver(null), []);
  useShortcuts(help);
  useFocusOnView(route);
  useEffect(() => {
    document.title = `${titles[route.view]} · Semblance`;
  }, [route.view]);
  useEffect(() => {
    if (locked > 0) setOver("key");
  }, [locked]);

  return (
    <>
      <a class="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById("content")?.focus(); }}>To the content</a>
      <Header route={route} add={() => setOver("add")} help={help} key_={() => setOver("key")} />
      <main id="content" tabIndex={-1}>
        <Offline />
        {info?.store.warning && <p class="warning" role="status">{info.store.warning}</p>}
        <View route={route} bringing={bringing} />
      </main>
      {route.item !== null && over === null && <Detail key={route.item} id={route.item} closed={leaveItem} />}
      {over === "help" && <Help closed={close} />}
      {over === "add" && <AddDialog closed={close} />}
      {over === "key" && <KeyDialog closed={close} />}
      <Announcements />
    </>
  );
}

function View({ route, bringing }: { route: Route; bringing: ReturnType<typeof useBringing> }) {
  switch (route.view) {
    case "map": return <MapView />;
    case "clusters": return <Clusters />;
    case "duplicates": return <Duplicates />;
    case "marks": return <Marks />;
    default: return <Search route={route} bringing={bringing} />;
  }
}

/** Another view or another search begins at its heading, for those who hear the page as well. */
function useFocusOnView(route: Route): void {
  const place = `${route.view} ${route.id} ${route.code}`;
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    // While somebody crops, the results follow and the focus stays.
    if (document.activeElement?.closest(".cropper")) return;
    scrollTo({ top: 0 });
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [place]);
}
