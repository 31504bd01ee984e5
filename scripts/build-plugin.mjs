// `npm run build:plugin`: the OpenClaw plugin as one folder that needs nothing else, `dist/openclaw-plugin/` or the folder that is
// named; `--pack` makes the package of it as well, `clawflow-openclaw-<version>.tgz` beside that folder, and prints where it is.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const named = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const out = resolve(named ?? join(project, "dist", "openclaw-plugin"));

/** What CommonJS inside the bundle takes for granted. */
const COMMON_JS = [
  'import { createRequire as clawflowRequire } from "node:module";',
  'import { dirname as clawflowDirname } from "node:path";',
  'import { fileURLToPath as clawflowPath } from "node:url";',
  "const require = clawflowRequire(import.meta.url);",
  "const __filename = clawflowPath(import.meta.url);",
  "const __dirname = clawflowDirname(__filename);",
].join("\n");

/** Code that makes code of text, of which nothing here makes use: it is left out, so that nothing ever can. */
const withoutEvaluation = {
  name: "without-evaluation",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]gray-matter[/\\]lib[/\\]engines\.js$/ }, () => ({
      contents: "module.exports = {};",
    }));
    onLoad({ filter: /[/\\]zod[/\\]v4[/\\]core[/\\](util|doc|compile)\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const without = text.replace("const F = Function;", 'throw new Error("no code is made of text here");');
      if (without === text) throw new Error(`${path}: no place found where it makes code of text`);
      return { contents: without };
    });
  },
};

/** Commander can start programs as commands of its own, of which nothing here makes use: that is left out too. */
const withoutProcesses = {
  name: "without-processes",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?child_process$/ }, ({ importer }) =>
      /[/\\]commander[/\\]/.test(importer) ? { path: "starts", namespace: "no-processes" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "no-processes" }, () => ({ contents: "module.exports = {};" }));
  },
};

/**
 * Nothing of the process is changed that a reload of the plugin would change once more: signal-exit listens to signals, to remove what a
 * dead process's locks leave behind, which whoever takes the lock next does as well; graceful-fs replaces functions of Node.
 */
const withoutPatches = {
  name: "without-patches",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^signal-exit$/ }, ({ path }) => ({ path, namespace: "nothing" }));
    onLoad({ filter: /.*/, namespace: "nothing" }, () => ({
      contents: "module.exports = () => () => {};\nmodule.exports.onExit = module.exports;",
    }));
    onResolve({ filter: /^graceful-fs$/ }, () => ({ path: "fs", external: true }));
  },
};

rmSync(out, { recursive: true, force: true });
await bundle("plugin.ts", join(out, "dist", "index.js"));
// The thread in which a workflow script runs is a file of its own, which is looked for beside the rest.
await bundle("../script/script-worker.ts", join(out, "dist", "script-worker.js"));
await writeDescriptions();
cpSync(join(project, "skills"), join(out, "skills"), { recursive: true });
cpSync(join(project, "scripts", "plugin", "README.md"), join(out, "README.md"));
cpSync(join(project, "LICENSE"), join(out, "LICENSE"));
if (process.argv.includes("--pack")) pack();

async function bundle(entry, outfile) {
  await build({
    entryPoints: [join(project, "src", "openclaw", entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    external: ["openclaw/plugin-sdk/*"],
    banner: { js: COMMON_JS },
    plugins: [withoutEvaluation, withoutProcesses, withoutPatches],
    legalComments: "inline",
    logLevel: "warning",
  });
}

/** What OpenClaw and npm are told of the plugin stands in its source; that is bundled too, to be run here. */
async function writeDescriptions() {
  const staged = join(project, "node_modules", ".cache", "clawflow-plugin", `manifest-${process.pid}.mjs`);
  await bundle("manifest.ts", staged);
  try {
    const { pluginManifest, pluginPackage } = await import(pathToFileURL(staged).href);
    const { version } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
    writeJson("openclaw.plugin.json", pluginManifest(version));
    writeJson("package.json", pluginPackage(version));
  } finally {
    rmSync(staged, { force: true });
  }
}

function writeJson(name, value) {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, name), `${JSON.stringify(value, null, 2)}\n`);
}

function pack() {
  const options = { cwd: out, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--pack-destination", dirname(out)], options),
  );
  console.log(relative(process.cwd(), join(dirname(out), filename)));
}
