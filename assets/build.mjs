// Builds the committed style, script and fonts: node build.mjs [output folder].
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import postcss from "postcss";
import rtlcss from "rtlcss";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "../opennrm/web/static/opennrm");
const manifestPath = process.argv[3] ?? join(here, "manifest.json");
const modules = join(here, "node_modules");
const FONTS = [
  ["@fontsource/inter", "inter", "Inter", ["latin", "latin-ext"]],
  ["@fontsource/noto-sans-arabic", "noto-sans-arabic", "Noto Sans Arabic", ["arabic"]],
];
const BUNDLED = [
  "govuk-frontend",
  "@ministryofjustice/frontend",
  "htmx.org",
  "@fontsource/inter",
  "@fontsource/noto-sans-arabic",
];

function sha256(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

function files(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

function fontFaces() {
  mkdirSync(join(out, "fonts"), { recursive: true });
  const faces = [];
  for (const [name, slug, family, subsets] of FONTS) {
    const ranges = JSON.parse(readFileSync(join(modules, name, "unicode.json"), "utf8"));
    for (const subset of subsets) {
      for (const weight of [400, 700]) {
        const file = `${slug}-${subset}-${weight}-normal.woff2`;
        cpSync(join(modules, name, "files", file), join(out, "fonts", file));
        faces.push(
          `@font-face{font-family:"${family}";font-style:normal;font-display:swap;font-weight:${weight};` +
            `src:url(fonts/${file}) format("woff2");unicode-range:${ranges[subset]}}`,
        );
      }
    }
  }
  return faces.join("\n");
}

function compileSass(name) {
  return sass.compile(join(here, "sass", name), {
    loadPaths: [here, modules, join(here, "sass")],
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin"],
    sourceMap: false,
    logger: sass.Logger.silent,
  }).css;
}

function mirrored(css) {
  const root = postcss.parse(postcss([rtlcss()]).process(css, { from: undefined }).css);
  // A tick is a tick in every script: keep its shape, move only its place.
  root.walkRules(/govuk-checkboxes__label::after/, (rule) => {
    rule.walkDecls("border-width", (decl) => {
      const [top, right, bottom, left] = decl.value.split(/\s+/);
      decl.value = [top, left, bottom, right].join(" ");
    });
    rule.walkDecls("transform", (decl) => {
      decl.value = decl.value.replace("rotate(45deg)", "rotate(-45deg)");
    });
  });
  return root.toString();
}

function writeCss(name, css) {
  const { code } = esbuild.transformSync(css, { loader: "css", minify: true, legalComments: "none" });
  writeFileSync(join(out, name), code);
}

function writeScript() {
  esbuild.buildSync({
    entryPoints: [join(here, "js/app.js")],
    absWorkingDir: here,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    outfile: join(out, "app.js"),
  });
}

function licenceOf(name) {
  const folder = join(modules, name);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const own = join(here, "licences", `${name.replace("/", "-")}.txt`);
  return readFileSync(file ? join(folder, file) : own, "utf8").trim();
}

function packageVersion(name) {
  return JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
}

function writeLicences() {
  const parts = BUNDLED.map((name) => {
    const { version, license } = packageVersion(name);
    return `${name} ${version} (${license})\n\n${licenceOf(name)}\n`;
  });
  writeFileSync(join(out, "LICENSES.txt"), parts.join(`\n${"-".repeat(72)}\n\n`));
}

function writeManifest() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const sources = ["build.mjs", "package.json", "package-lock.json"].map((name) => join(here, name));
  sources.push(...["icons", "js", "licences", "sass"].flatMap((name) => files(join(here, name))));
  const sums = (base, list) => Object.fromEntries(list.map((path) => [relative(base, path), sha256(path)]));
  const packages = Object.keys({ ...dependencies, ...devDependencies }).sort();
  const manifest = {
    packages: Object.fromEntries(packages.map((name) => [name, packageVersion(name).version])),
    sources: sums(here, sources),
    outputs: sums(out, files(out)),
  };
  writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const css = [fontFaces(), compileSass("casework.scss"), compileSass("app.scss")].join("\n");
writeCss("app.css", css);
writeCss("app.rtl.css", mirrored(css));
writeScript();
for (const icon of files(join(here, "icons"))) {
  cpSync(icon, join(out, relative(join(here, "icons"), icon)));
}
writeLicences();
writeManifest();
