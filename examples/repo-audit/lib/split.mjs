// How a folder becomes areas, and an area becomes pieces: by folders as far as they go, by ranges of names beyond.
import { filesOf, measure, readTree, weigh } from "./walk.mjs";

/** No task of this team has more subtasks than this; the runtime's own limit is 100. */
const MOST = 90;

/**
 * A part is `{tree: path}`, a whole folder; `{files: path, from?, to?}`, the files that lie directly in it; or
 * `{folders: path, from, to}`, a run of small folders in it. Both ends count. A path of "" is the top.
 */
export function readPart(folder, part) {
  const tree = readTree(folder, part.tree ?? part.files ?? part.folders);
  if (part.tree !== undefined) return tree;
  const within = ({ name }) =>
    (part.from === undefined || name >= part.from) && (part.to === undefined || name <= part.to);
  const files = part.files === undefined ? [] : tree.files.filter(within);
  const folders = part.folders === undefined ? [] : tree.folders.filter(within);
  return measure({ ...tree, files, folders, whole: false });
}

/** Splits trees (whole or cut by a part) into groups of parts that weigh about `load` each, in order. */
export function split(trees, load) {
  for (let most = load; ; most *= 1.5) {
    const groups = pack(
      trees.flatMap((tree) => cut(tree, most)),
      most,
    );
    if (groups.length <= MOST) return groups;
  }
}

/** A tree as parts of at most `most`, if it can be; what is small stays whole. */
function cut(tree, most) {
  const whole = tree.whole !== false;
  if (whole && tree.weight <= most) return [{ part: { tree: tree.path }, weight: tree.weight, tree }];
  const files = runs(tree.files, most, weigh).map((run) => ({
    part: { files: tree.path, ...(run.length < tree.files.length || !whole ? ends(run) : {}) },
    weight: run.reduce((total, file) => total + weigh(file), 0),
    tree: { files: run, folders: [] },
  }));
  const folders = runs(tree.folders, most, (folder) => folder.weight).flatMap((run) => {
    if (run.length === 1) return cut(run[0], most);
    // A few small folders are named one by one, many as a run of names.
    if (run.length <= 6) return run.flatMap((folder) => cut(folder, most));
    const weight = run.reduce((total, folder) => total + folder.weight, 0);
    return [{ part: { folders: tree.path, ...ends(run) }, weight, tree: { files: [], folders: run } }];
  });
  return [...files, ...folders];
}

/** Neighbours in runs that weigh about the same, and at most `most` where a single entry does not weigh more. */
function runs(entries, most, weightOf) {
  const total = entries.reduce((sum, entry) => sum + weightOf(entry), 0);
  const enough = Math.min(most, (1.05 * total) / Math.ceil(total / most));
  const all = [];
  let weight = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    weight += weightOf(entry);
    if (weight > enough) {
      all.push([]);
      weight = weightOf(entry);
    }
    all.at(-1).push(entry);
  }
  return all;
}

function ends(run) {
  return { from: run[0].name, to: run.at(-1).name };
}

/** Neighbours share a group while they fit. */
function pack(pieces, most) {
  return runs(pieces, most, (piece) => piece.weight).map((group) => ({
    parts: group.map((piece) => piece.part),
    weight: group.reduce((total, piece) => total + piece.weight, 0),
    files: group.flatMap((piece) => [...filesOf(piece.tree)]),
  }));
}

/** What a group of parts is called by people. */
export function label(parts) {
  const names = parts.map(labelOne);
  if (names.length <= 3) return names.join(", ");
  return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}

function labelOne({ tree, files, folders, from, to }) {
  const path = tree ?? files ?? folders;
  if (tree !== undefined) return tree === "" ? "everything" : tree;
  const within = path === "" ? "" : `${path}/`;
  if (from !== undefined) return from === to ? `${within}${from}` : `${within}${from} to ${to}`;
  return path === "" ? "top-level files" : `files of ${path}`;
}
