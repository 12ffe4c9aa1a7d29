// Names classes that templates use and the bundle does not have: `npm run classes`.
// Looks at every template of the workspace; ends with 1 when something is unknown.
import { mkdtemp, readFile, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { execFileSync } from "node:child_process";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const out = await mkdtemp(join(tmpdir(), "yangguang-classes-"));
execFileSync("node", [join(here, "bundle.mjs"), out], { stdio: "inherit" });
const style = await readFile(join(out, "app.css"), "utf8");
const known = new Set([...style.matchAll(/\.(-?[a-zA-Z_][\w-]*)/g)].map((m) => m[1]));

async function* templates(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (["node_modules", "target", ".git"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* templates(path);
    else if (/\.html$/.test(entry.name)) yield path;
  }
}
let unknown = 0;
for await (const path of templates(root)) {
  const text = await readFile(path, "utf8");
  for (const [, value] of text.matchAll(/class="([^"]*(?:\{%[^%]*%\}[^"]*)*)"/g)) {
    const words = value.replace(/\S*\{\{.*?\}\}\S*/g, " ").replace(/\{%.*?%\}/g, " ").split(/\s+/);
    for (const name of words) {
      if (name && !known.has(name)) {
        console.log(`${relative(root, path)}: no style for class "${name}"`);
        unknown++;
      }
    }
  }
}
process.exitCode = unknown ? 1 : 0;
