// Bundles the pages into dist/: of the reports one script and one style sheet, of the search page all its files; both with the licences of what they hold.
import { build } from "esbuild";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const shared = {
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: ["chrome100", "firefox100", "safari15.4"],
  metafile: true,
};

await buildReport();
await buildSearch();

async function buildReport() {
  const script = await build({ ...shared, entryPoints: ["src/report/main.ts"], outfile: "dist/report.js", format: "iife" });
  await build({ ...shared, entryPoints: ["src/report/report.css"], outfile: "dist/report.css" });
  const thirdParty = await licences("report.js", bundledPackages(script.metafile));
  await writeFile("dist/THIRD-PARTY.txt", thirdParty);
  // Every page carries the script, so the script carries the licences.
  await writeFile("dist/report.js", `/*\n${thirdParty}*/\n${await readFile("dist/report.js", "utf8")}`);
  await refuseToEndItsElement("dist/report.js", /<\/script|<!--/i);
  await refuseToEndItsElement("dist/report.css", /<\/style|<!--/i);
}

async function buildSearch() {
  const script = await build({ ...shared, entryPoints: ["src/search/main.tsx"], outfile: "dist/search/search.js", format: "iife" });
  const style = await build({ ...shared, entryPoints: ["src/search/style/search.css"], outfile: "dist/search/search.css", loader: { ".woff2": "file" }, assetNames: "[name]" });
  await writeFile("dist/search/THIRD-PARTY.txt", await licences("search.js and the fonts", [...bundledPackages(script.metafile), ...bundledPackages(style.metafile)]));
  for (const name of ["index.html", "icon.svg"]) {
    await copyFile(join("src/search", name), join("dist/search", name));
  }
}

// The files are written inside <script> and <style> elements, which such a text would end or change.
async function refuseToEndItsElement(path, forbidden) {
  const found = forbidden.exec(await readFile(path, "utf8"));
  if (found) {
    throw new Error(`${path} contains "${found[0]}"; it would break the element that holds it.`);
  }
}

function bundledPackages(metafile) {
  const names = Object.keys(metafile.inputs)
    .map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

async function licences(what, packages) {
  const parts = [`${what} ${what.includes(" and ") ? "hold" : "holds"} parts of the packages below, under their licences.\n`];
  for (const name of packages) {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = await readFile(join(folder, "LICENSE.md"), "utf8").catch(() => readFile(join(folder, "LICENSE"), "utf8"));
    parts.push(`${"-".repeat(78)}\n${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return parts.join("\n");
}
