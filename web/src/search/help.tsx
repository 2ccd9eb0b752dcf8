// What the page can do, and its keys.
import { useState } from "preact/hooks";
import { Dialog } from "./dialog";
import { useService } from "./service";
import { singleKeys } from "./shortcuts";

const keys: [string[], string][] = [
  [["1", "…", "5"], "Search, map, clusters, duplicates, marks"],
  [["u"], "Choose an image"],
  [["/"], "Filter by tag"],
  [["?"], "This help"],
  [["Ctrl", "V"], "Search with the image of the clipboard"],
  [["←", "→", "↑", "↓"], "From result to result; move a region or the map"],
  [["Enter"], "Open the result"],
  [["m"], "More like the result that has the focus"],
  [["r"], "Mark it as right, or take that back"],
  [["x"], "Mark it as wrong, or take that back"],
  [["Shift", "arrows"], "Resize a region"],
  [["+", "−", "0"], "On the map: nearer, farther, all"],
  [["Escape"], "Close what is open"],
];

export function Help({ closed }: { closed: () => void }) {
  const { info } = useService();
  const [on, setOn] = useState(singleKeys.on());
  return (
    <Dialog title="Help and shortcuts" closed={closed}>
      <p>Bring an image, or start from one of the collection. Crop it to search with a part. Results come with their distance: the number of bits in which their codes differ. Mark them as right or wrong to teach the next model.</p>
      <table class="keys">
        <caption class="spoken">Keyboard shortcuts</caption>
        <tbody>
          {keys.map(([names, what]) => (
            <tr key={what}>
              <th scope="row">{names.map((name, i) => <kbd key={i}>{name}</kbd>)}</th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label class="check"><input type="checkbox" checked={on} onChange={(event) => { singleKeys.set(event.currentTarget.checked); setOn(event.currentTarget.checked); }} />Shortcuts of a single key everywhere on the page</label>
      {info && <p class="quiet small">{info.name} {info.version} · {info.store.engine} · codes of {info.store.bits} bits{info.encoder && <> · {info.encoder.model}</>}</p>}
    </Dialog>
  );
}
