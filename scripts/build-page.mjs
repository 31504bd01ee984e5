// The dashboard's page: `node scripts/build-page.mjs`, from src/dashboard/page/ to dist/dashboard/page/. Nothing is fetched, then or later.
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(project, "src", "dashboard", "page");
const target = join(project, "dist", "dashboard", "page");

mkdirSync(target, { recursive: true });
await build({
  entryPoints: [join(source, "main.tsx")],
  outfile: join(target, "app.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "linked",
  logLevel: "warning",
});
await build({
  entryPoints: [join(source, "app.css")],
  outfile: join(target, "app.css"),
  bundle: true,
  minify: true,
  logLevel: "warning",
});
for (const name of ["index.html", "icon.svg"]) copyFileSync(join(source, name), join(target, name));
