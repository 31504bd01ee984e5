// Checks what the layout of src/ promises: imports run downwards only, the pure layers touch neither disk nor clock nor chance,
// and only the named places reach the file system or start processes. `node scripts/check-layers.mjs [folder]`
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** From the bottom up; those of one row know nothing of each other. */
const LAYERS = [
  ["protocol"],
  ["script", "dag"],
  ["loop"],
  ["store"],
  ["brain", "transport"],
  ["host"],
  ["workflow"],
  ["view"],
  ["(top)"],
  ["notify", "telemetry"],
  ["cli"],
  ["dashboard", "terminal"],
  ["openclaw"],
];
/** The one way upwards: what a command does is loaded from here when it is called. */
const REGISTERS = "cli/register/";
const OF_COMMANDS = ["dashboard", "terminal"];
const PURE = ["protocol", "dag", "loop"];
const PURE_MODULES = ["node:crypto", "zod", "yaml", "gray-matter"];
/** Beginnings of paths below src/. */
const MAY_READ_DISK = [
  "store/node-disk.ts",
  "store/make-folders.ts",
  "cli/",
  "brain/",
  "host/watch-inboxes.ts",
  "dashboard/",
];
const MAY_START_PROCESSES = [
  "brain/",
  "cli/",
  "notify/",
  "host/sync-file-system.ts",
  "script/start-sandbox.ts",
  "script/script-worker.ts",
];
const DISK_MODULES = ["fs", "fs/promises", "write-file-atomic", "graceful-fs"];
const PROCESS_MODULES = ["child_process", "execa", "cluster", "worker_threads"];
const IMPURE_GLOBALS = [
  "process",
  "performance",
  "crypto",
  "console",
  "fetch",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
];
const LONGEST = 250;
/** A file that must be longer says why in a comment that begins so. */
const REASON = "Longer than 250 lines because";

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "..", "src"));
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
  .sort();
const problems = [];
const lengths = [];
for (const file of files) check(file, readFileSync(join(root, file), "utf8"));
report();

function check(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const complain = (node, message) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    problems.push(`src/${file}:${line + 1}: ${message}`);
  };
  const layer = layerOf(file);
  if (rankOf(layer) < 0) complain(source, `${layer}/ is no layer; name it in scripts/check-layers.mjs`);
  const own = new Set();
  visit(source, (node) => {
    if (declares(node)) own.add(node.name.text);
  });
  visit(source, (node) => {
    const name = importedBy(node);
    const isLazy = ts.isCallExpression(node);
    if (name !== undefined) checkImport(file, layer, name, isLazy, (message) => complain(node, message));
    if (PURE.includes(layer)) checkPure(node, own, (message) => complain(node, message));
  });
  const length = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  lengths.push({ file, length });
  if (length > LONGEST && !text.includes(REASON)) {
    problems.push(`src/${file}: ${length} lines; split it, or say "${REASON} …" in a comment`);
  }
}

function checkImport(file, layer, name, isLazy, complain) {
  if (name.startsWith(".")) {
    const target = posix.join(posix.dirname(file), name);
    if (target.startsWith("..")) return complain(`${name} is outside src/`);
    const other = layerOf(target);
    if (other === layer || rankOf(other) < rankOf(layer)) return;
    if (isLazy && file.startsWith(REGISTERS) && OF_COMMANDS.includes(other)) return;
    return complain(`${layer} may not import ${other} (${name}): imports run downwards only`);
  }
  const module = name.replace(/^node:/, "");
  const starts = (places) => places.some((place) => file.startsWith(place));
  if (DISK_MODULES.includes(module) && !starts(MAY_READ_DISK)) {
    complain(`${name}: only ${MAY_READ_DISK.join(", ")} may touch the file system; use the disk port`);
  }
  if (PROCESS_MODULES.includes(module) && !starts(MAY_START_PROCESSES)) {
    complain(`${name}: only ${MAY_START_PROCESSES.join(" and ")} may start processes`);
  }
  if (PURE.includes(layer) && !PURE_MODULES.includes(name)) {
    complain(`${name}: ${layer} is pure and may import only ${PURE_MODULES.join(", ")}`);
  }
}

function checkPure(node, own, complain) {
  if (ts.isNewExpression(node) && nameOf(node.expression) === "Date" && !node.arguments?.length) {
    complain("new Date() reads the clock; take the time as an argument");
  } else if (ts.isCallExpression(node) && nameOf(node.expression) === "Date") {
    complain("Date() reads the clock; take the time as an argument");
  } else if (ts.isPropertyAccessExpression(node)) {
    const call = `${nameOf(node.expression)}.${node.name.text}`;
    if (call === "Date.now") complain("Date.now reads the clock; take the time as an argument");
    if (call === "Math.random") complain("Math.random is chance; derive it, or take it as an argument");
  } else if (
    ts.isImportSpecifier(node) &&
    /^(random|getRandomValues|webcrypto)/.test((node.propertyName ?? node.name).text)
  ) {
    complain(`${node.getText()} is chance; derive it, or take it as an argument`);
  } else if (ts.isIdentifier(node) && IMPURE_GLOBALS.includes(node.text) && !own.has(node.text)) {
    if (!isMember(node)) complain(`${node.text} reaches out of a pure layer`);
  }
}

/** Whether the file gives this name a meaning of its own: a variable, a parameter, an import. */
function declares(node) {
  const isOwn =
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isImportSpecifier(node);
  return isOwn && node.name !== undefined && ts.isIdentifier(node.name);
}

/** A name that is looked up in something, or given to something: `x.fetch`, `{ fetch: … }`, `fetch?: string`. */
function isMember(node) {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  return "name" in parent && parent.name === node;
}

function nameOf(node) {
  return ts.isIdentifier(node) ? node.text : undefined;
}

/** The module of an import, export … from, `import()` or `import("…").Type`. */
function importedBy(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier?.text;
  if (ts.isImportTypeNode(node)) return node.argument.literal?.text;
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return undefined;
  // A path that is only known at run time (the module of a brain) is no import of ours.
  return ts.isStringLiteralLike(node.arguments[0]) ? node.arguments[0].text : undefined;
}

function visit(node, look) {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

function layerOf(file) {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : "(top)";
}

function rankOf(layer) {
  return LAYERS.findIndex((row) => row.includes(layer));
}

function report() {
  lengths.sort((a, b) => a.length - b.length);
  const median = lengths[Math.floor(lengths.length / 2)]?.length ?? 0;
  const longest = lengths.at(-1);
  console.log(
    `${files.length} files, median ${median} lines, longest ${longest?.length ?? 0} (${longest?.file ?? "none"})`,
  );
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) return;
  console.error(`${problems.length} ${problems.length === 1 ? "problem" : "problems"}`);
  process.exitCode = 1;
}
