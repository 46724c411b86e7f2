// Builds the front end into the folder named on the command line: hashed files and manifest.json.
// Called by guanxi/web/frontend_build.py; `node build.js ../static/dist` does the same by hand.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import * as sass from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, "../static/dist"));
const source = (...parts) => path.join(here, "src", ...parts);

// Tabler comes as Sass; src/tabler.scss names the parts of it that are used.
const sassPlugin = {
  name: "sass",
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path: file }) => ({
      contents: sass.compile(file, {
        loadPaths: [path.join(here, "node_modules")],
        quietDeps: true,
      }).css,
      loader: "css",
    }));
  },
};

function hashedName(name, contents) {
  const { name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 10);
  return `${stem}-${hash}${ext}`;
}

// One <symbol> per icon; stroke and size come from the <svg> that uses it.
function iconSprite() {
  const names = JSON.parse(readFileSync(path.join(here, "icons.json"), "utf8"));
  const symbols = names.map((name) => {
    const file = path.join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
    const shapes = readFileSync(file, "utf8")
      .replace(/^[\s\S]*?<svg[\s\S]*?>|<\/svg>\s*$/g, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "")
      .replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`;
}

async function bundles() {
  const result = await esbuild.build({
    entryPoints: ["app.js", "charts.js", "early.js", "app.css"].map((name) => source(name)),
    bundle: true,
    minify: true,
    write: false,
    outdir: out,
    format: "esm",
    target: "es2022",
    legalComments: "eof",
    plugins: [sassPlugin],
    logLevel: "warning",
  });
  return result.outputFiles.map((file) => [path.basename(file.path), file.contents]);
}

const files = [
  ...(await bundles()),
  ["icons.svg", iconSprite()],
  ["logo.svg", readFileSync(source("logo.svg"))],
];
mkdirSync(out, { recursive: true });
const manifest = {};
for (const [name, contents] of files) {
  manifest[name] = hashedName(name, contents);
  writeFileSync(path.join(out, manifest[name]), contents);
}
writeFileSync(path.join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
