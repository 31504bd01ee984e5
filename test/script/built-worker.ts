import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const project = fileURLToPath(new URL("../..", import.meta.url));
let built: Promise<URL> | undefined;

/** The sandbox's thread as a file that Node can run, bundled as the plugin does it. */
export function builtWorker(): Promise<URL> {
  built ??= bundle();
  return built;
}

async function bundle(): Promise<URL> {
  const folder = join(project, "node_modules", ".cache", "clawflow-script");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `script-worker-${process.pid}.mjs`);
  await build({
    entryPoints: [join(project, "src", "script", "script-worker.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  return pathToFileURL(outfile);
}
