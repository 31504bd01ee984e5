// The simulator runs as plain JavaScript: many processes start quickly, and each may have a source of its own with a mistake in it.
// `buildSim` translates what its programs need, and only what has changed since the last time.
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(project, "node_modules", ".cache", "clawflow-sim");
const ENTRIES = ["test/sim/run/main.ts", "test/sim/run/worker.ts", "test/sim/run/mutants-main.ts"];

/** @returns the folder that holds `src/` and `test/` as JavaScript */
export function buildSim() {
  const found = new Set(ENTRIES.map((entry) => join(project, entry)));
  for (const source of found) for (const imported of translate(source)) found.add(imported);
  writeIfOther(join(target, "package.json"), '{ "type": "module" }\n');
  return target;
}

/** @returns what it imports of ours */
function translate(source) {
  const text = readFileSync(source, "utf8");
  const output = join(target, relative(project, source).replace(/\.ts$/, ".js"));
  if (!existsSync(output) || statSync(output).mtimeMs < statSync(source).mtimeMs)
    writeIfOther(output, toJavaScript(text));
  const imports = text.matchAll(/(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+\.ts)"/g);
  return Array.from(imports, ([, path]) => join(dirname(source), path));
}

export function toJavaScript(text) {
  return ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      rewriteRelativeImportExtensions: true,
      verbatimModuleSyntax: true,
    },
  }).outputText;
}

/** Another process may be reading it: the file is replaced, never written over. */
function writeIfOther(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const staged = `${path}.${process.pid}`;
  writeFileSync(staged, text);
  renameSync(staged, path);
}
