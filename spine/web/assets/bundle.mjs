// Bundles the style and the scripts into the folder given as the first argument.
//
// Tabler is purged against a list of class families (keep.mjs) and the layouts of this crate, not
// against the templates of every module: a module's template must not force this crate to be
// built again, and must find the whole family of a component, not only what others happen to use.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";
import { blocked, families } from "./keep.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) throw new Error("usage: node assets/bundle.mjs OUT_FOLDER");
await mkdir(out, { recursive: true });

const tabler = await readFile(join(here, "../node_modules/@tabler/core/dist/css/tabler.css"), "utf8");
const [purged] = await new PurgeCSS().purge({
  content: [join(here, "../templates/**/*.html"), join(here, "src/*.js")],
  css: [{ raw: tabler }],
  safelist: { standard: families },
  blocklist: blocked,
  variables: true,
  keyframes: true,
  fontFace: true,
});
const own = await Promise.all(["app.css", "public.css", "print.css"].map((f) => readFile(join(here, f), "utf8")));
const target = ["chrome80", "safari13", "firefox78"];

// Only the light theme is shipped, and village phones do not know light-dark(): keep its first argument.
function lightOnly(css) {
  for (let at = css.indexOf("light-dark("); at >= 0; at = css.indexOf("light-dark(", at)) {
    let depth = 0, comma = -1, end = at + "light-dark".length;
    for (; end < css.length; end++) {
      if (css[end] === "(") depth++;
      else if (css[end] === ")" && --depth === 0) break;
      else if (css[end] === "," && depth === 1 && comma < 0) comma = end;
    }
    css = css.slice(0, at) + css.slice(at + "light-dark(".length, comma).trim() + css.slice(end + 1);
  }
  return css;
}
// The same phones do not know oklch(); esbuild lowers it in properties but not inside variables.
async function plainColours(css) {
  const found = [...new Set(css.match(/oklch\([^()]*\)/g) ?? [])];
  const probe = await esbuild.transform(found.map((colour, i) => `.c${i}{color:${colour}}`).join("\n"), { loader: "css", target });
  found.forEach((colour, i) => {
    const plain = probe.code.match(new RegExp(`\\.c${i} \\{\\s*color: ([^;]+);`));
    if (plain) css = css.replaceAll(colour, plain[1]);
  });
  return css;
}
const style = await esbuild.transform((await plainColours(lightOnly(purged.css))) + "\n" + own.join("\n"), {
  loader: "css", minify: true, target, legalComments: "none",
});
await writeFile(join(out, "app.css"), "/* Tabler 1.6.1, MIT licence; yangguang, Apache-2.0 */\n" + style.code);

for (const [entry, file] of [["desk.js", "app.js"], ["page.js", "public.js"]]) {
  await esbuild.build({
    entryPoints: [join(here, "src", entry)], outfile: join(out, file),
    bundle: true, minify: true, format: "iife", target: ["es2020"], legalComments: "none",
  });
}
