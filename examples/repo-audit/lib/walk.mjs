// A folder as a tree of names and sizes. Files are not opened here; symbolic links are never followed.
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isIgnored, outerRules, readRules } from "./ignore.mjs";

/** The paths in `skip` are relative to the folder and left out, with all below them. */
export function openFolder(root, skip = []) {
  return { root, skip: new Set(skip), ...outerRules(root) };
}

/**
 * `{path, files, folders, count, weight}`. A file is `{path, name, bytes, kind, reason?}`; `kind` is file, link, other or
 * unreadable. A folder that cannot be listed has itself as an unreadable file in it, so that somebody reports it.
 * Names are in the order of their characters' codes: the same on every machine.
 */
export function readTree(folder, path = "", rules = rulesAt(folder, path)) {
  const tree = {
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    files: [],
    folders: [],
    count: 0,
    weight: 0,
  };
  if (path !== "" && isWorkspace(join(folder.root, path))) return tree;
  for (const entry of list(folder, path)) {
    const below = path === "" ? entry.name : `${path}/${entry.name}`;
    if (folder.skip.has(below) || isScratch(entry.name)) continue;
    const isFolder = entry.isDirectory();
    if (isIgnored(rules, folder.prefix + below, isFolder)) continue;
    if (isFolder) {
      const own = readRules(join(folder.root, below), `${folder.prefix}${below}/`);
      const sub = readTree(folder, below, own.length > 0 ? [...rules, ...own] : rules);
      if (sub.count > 0) tree.folders.push(sub);
    } else tree.files.push(toFile(folder, below, entry));
  }
  return measure(tree);
}

/** Sets how many files there are at and below a folder, and what they weigh. */
export function measure(tree) {
  tree.count = sum(tree, () => 1, "count");
  tree.weight = sum(tree, weigh, "weight");
  return tree;
}

/** Every file of a tree, in order. */
export function* filesOf(tree) {
  yield* tree.files;
  for (const folder of tree.folders) yield* filesOf(folder);
}

/** How much work a file is, in small files. */
export function weigh(file) {
  return 1 + Math.min(file.bytes, 1 << 20) / (1 << 16);
}

/** What the writer leaves if it is killed in the middle; never a part of what is audited. */
export function isScratch(name) {
  return /^\.AUDIT\.\d+\.tmp$/.test(name);
}

/** An agent's workspace: an audit does not read the mail about itself. */
function isWorkspace(path) {
  return existsSync(join(path, "mailbox", "outbox", "pending"));
}

function rulesAt(folder, path) {
  const rules = [...folder.rules];
  if (path === "") return rules;
  const parts = path.split("/");
  for (let length = 1; length <= parts.length; length += 1) {
    const at = parts.slice(0, length).join("/");
    rules.push(...readRules(join(folder.root, at), `${folder.prefix}${at}/`));
  }
  return rules;
}

function list(folder, path) {
  try {
    const entries = readdirSync(join(folder.root, path), { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (path === "") throw error;
    return [{ name: "", isDirectory: () => false, reason: `folder: ${error.code}` }];
  }
}

function toFile(folder, path, entry) {
  const file = { path: path.replace(/\/$/, ""), name: entry.name, bytes: 0, kind: "unreadable" };
  if (entry.reason !== undefined) return { ...file, reason: entry.reason };
  if (entry.name.includes("\uFFFD")) return { ...file, reason: "its name is not UTF-8" };
  if (entry.isSymbolicLink()) return { ...file, kind: "link" };
  if (!entry.isFile()) return { ...file, kind: "other" };
  try {
    return { ...file, kind: "file", bytes: lstatSync(join(folder.root, path)).size };
  } catch (error) {
    return { ...file, reason: error.code };
  }
}

function sum(tree, ofFile, key) {
  const files = tree.files.reduce((total, file) => total + ofFile(file), 0);
  return tree.folders.reduce((total, folder) => total + folder[key], files);
}
