/**
 * Makes the third-party browser files from the packages in package-lock.json, and their lock.
 *
 *   npm run vendor          writes static/vendor and tests/vendor
 *   npm run vendor:check    writes nothing; fails when what is committed is not what would be written
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const LOCK = "static/vendor/vendor.lock.json";
const BUNDLES = { "static/vendor/lit.js": "lit", "static/vendor/uplot.js": "uplot" };
const COPIES = {
  "static/vendor/uplot.css": ["uplot", "dist/uPlot.min.css"],
  "tests/vendor/axe.min.js": ["axe-core", "axe.min.js"],
};

/** @param {string} name */
const read = (name) => readFileSync(join(ROOT, name));
/** @param {string} name */
const manifest = (name) => JSON.parse(read(`node_modules/${name}/package.json`).toString());
/** @param {string} name */
const described = (name) => ({ name, version: manifest(name).version, licence: manifest(name).license });

/** The packages whose code went into a bundle. @param {import("esbuild").Metafile} metafile */
function packagesIn(metafile) {
  const inside = Object.keys(metafile.inputs).flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []);
  return [...new Set(inside)].sort();
}

/** One ES module with everything in it. @param {string} name */
function bundle(name) {
  const made = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [`scripts/vendor/${name}.js`],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none", // the licence lies beside it
    charset: "utf8",
    metafile: true,
    write: false,
    outfile: "bundle.js",
  });
  return { content: Buffer.from(made.outputFiles[0].contents), packages: packagesIn(made.metafile) };
}

/** A package's licence, and those of what it carries. @param {string} name */
function licenceOf(name) {
  const texts = ["LICENSE", "LICENSE-3RD-PARTY.txt"].map((file) => join(ROOT, "node_modules", name, file)).filter(existsSync);
  return `${name} ${manifest(name).version}\n\n${texts.map((text) => readFileSync(text).toString().trim()).join("\n\n")}\n`;
}

/** Every file to be written, path → content; the lock is the last. */
function build() {
  const made = Object.entries(BUNDLES).map(([path, name]) => ({ path, ...bundle(name) }));
  const copied = Object.entries(COPIES).map(([path, [name, file]]) => ({
    path,
    content: read(`node_modules/${name}/${file}`),
    packages: [name],
  }));
  /** @type {Record<string, Buffer>} */
  const files = {};
  /** @type {Record<string, object>} */
  const lock = {};
  for (const { path, content, packages } of [...made, ...copied]) {
    const licence = path.replace(/(\.min)?\.(js|css)$/, ".LICENSE.txt");
    files[path] = content;
    files[licence] = Buffer.from(packages.map(licenceOf).join("\n\n"));
    const sha256 = createHash("sha256").update(content).digest("hex");
    lock[path] = { sha256, licence, packages: packages.map(described) };
  }
  files[LOCK] = Buffer.from(JSON.stringify(lock, null, 2) + "\n");
  return files;
}

/** @param {string} path @param {Buffer} content */
function differs(path, content) {
  try {
    return !read(path).equals(content);
  } catch {
    return true; // not there yet
  }
}

const files = Object.entries(build());
if (process.argv.includes("--check")) {
  const wrong = files.filter(([path, content]) => differs(path, content)).map(([path]) => path);
  for (const path of wrong) console.error(`vendor: ${path} is not what package-lock.json makes; run: npm run vendor`);
  process.exitCode = wrong.length ? 1 : 0;
} else {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), content);
    console.log(`${String(content.length).padStart(8)}  ${path}`);
  }
}
