// The head of the page: where one can go, and the switches.
import { apiKey } from "./api";
import { Icon } from "./icons";
import { formatRoute, go, start } from "./route";
import type { Route, View } from "./route";
import { useService } from "./service";
import { count } from "./states";
import { useTheme } from "./theme";

const places: { view: View; name: string }[] = [
  { view: "search", name: "Search" },
  { view: "map", name: "Map" },
  { view: "clusters", name: "Clusters" },
  { view: "duplicates", name: "Duplicates" },
  { view: "marks", name: "Marks" },
];

interface HeaderProps {
  route: Route;
  add: () => void;
  help: () => void;
  key_: () => void;
}

export function Header({ route, add, help, key_ }: HeaderProps) {
  const { info } = useService();
  const [theme, toggleTheme] = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <header class="top">
      <a class="brand" href="#/search" onClick={() => go({ ...start })}>
        <svg viewBox="0 0 32 32" aria-hidden="true"><circle cx="12.5" cy="16" r="8.5" /><circle cx="19.5" cy="16" r="8.5" /></svg>
        <span>Semblance</span>
      </a>
      <nav aria-label="Views">
        {places.filter((place) => place.view === "search" || info?.features.browse !== false).map(({ view, name }) => (
          <a key={view} href={formatRoute({ ...route, view, item: null })} aria-current={route.view === view ? "page" : undefined}>
            <Icon name={view} />
            <span>{name}</span>
          </a>
        ))}
      </nav>
      <div class="tools">
        {info && <span class="size" title={info.store.engine}>{count(info.store.items)} items</span>}
        {info?.features.write && info.encoder && <button type="button" class="tool" onClick={add} aria-label="Add images"><Icon name="plus" /><span>Add</span></button>}
        {apiKey.get() && <button type="button" class="icon-button" onClick={key_} aria-label="API key"><Icon name="key" /></button>}
        <button type="button" class="icon-button" onClick={toggleTheme} aria-label={`Use ${other} colours`}><Icon name={theme === "dark" ? "sun" : "moon"} /></button>
        <button type="button" class="icon-button" onClick={help} aria-label="Help and shortcuts"><Icon name="help" /></button>
      </div>
    </header>
  );
}
