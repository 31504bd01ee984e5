// What agents of this team tell each other about files, in a form that stays small however much there is to tell.
import { boundTwins, mergeTwins } from "./twins.mjs";

/** A message with findings is smaller than this, in bytes. */
export const LARGEST_MESSAGE = 60_000;

const ascending =
  (...keys) =>
  (a, b) => {
    for (const key of keys) {
      const [x, y] = [key(a), key(b)];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };
const at = (index) => (item) => item[index];
const down = (index) => (item) => -item[index];
const MARKER_ORDER = { FIXME: 0, HACK: 1, XXX: 2, TODO: 3 };

/**
 * Every list: how many are kept, and their order. An item is an array whose first field is a path. The order is total
 * and does not depend on who found what, so that any way of splitting the work gives the same first ones.
 */
const LISTS = {
  largest: [15, ascending(down(1), at(0))], //            path, bytes
  longest: [15, ascending(down(1), at(0))], //            path, lines, language
  deepest: [15, ascending(down(1), at(0))], //            path, depth, line
  markers: [80, ascending((item) => MARKER_ORDER[item[2]], at(0), at(1))], // path, line, marker, text
  secrets: [60, ascending(at(0), at(1), at(2))], //       path, line, kind, masked
  links: [60, ascending(at(0), at(1), at(2))], //         path, line, target, why
  dependencies: [150, ascending((item) => item[0].split("/").length, at(0), at(5), at(1))],
  //                                                      manifest, name, wanted, found, licence, scope
  licenceFiles: [20, ascending((item) => item[0].split("/").length, at(0))], // path, licence
  binaries: [10, ascending(down(1), at(0))], //           path, bytes
  unread: [40, ascending(at(0))], //                      path, why
  dangling: [20, ascending(at(0))], //                    path, target
  missing: [20, ascending(at(0))], //                     area, why
};

export function emptyFindings(area) {
  const lists = Object.fromEntries(Object.keys(LISTS).map((name) => [name, []]));
  return {
    audit: 1,
    area,
    counts: {},
    tallies: { languages: {}, licences: {} },
    lists,
    twins: { entries: [] },
  };
}

export function count(findings, name, amount = 1) {
  findings.counts[name] = (findings.counts[name] ?? 0) + amount;
}

/** Adds numbers to those under a key: `tally(findings, "languages", "Go", [1, lines, bytes])`. */
export function tally(findings, name, key, numbers) {
  const before = Object.hasOwn(findings.tallies[name], key) ? findings.tallies[name][key] : [];
  Object.defineProperty(findings.tallies[name], key, {
    value: numbers.map((number, index) => number + (before[index] ?? 0)),
    enumerable: true,
    configurable: true,
  });
}

/** Counts an item of a list and keeps it if it is among the first. */
export function add(findings, name, item) {
  count(findings, name);
  keep(findings, name, [item]);
}

export function merge(area, all) {
  const merged = emptyFindings(area);
  for (const one of all) {
    for (const [name, amount] of Object.entries(one.counts)) count(merged, name, amount);
    for (const [name, table] of Object.entries(one.tallies)) {
      for (const [key, numbers] of Object.entries(table)) tally(merged, name, key, numbers);
    }
    for (const name of Object.keys(LISTS)) keep(merged, name, one.lists[name] ?? []);
  }
  merged.twins = mergeTwins(all.map((one) => one.twins));
  return merged;
}

/** Every list in its order, cut to what is worth showing; how many there were is in the counts. */
export function inOrder(findings, share = 1) {
  const lists = Object.entries(LISTS).map(([name, [most, order]]) => [
    name,
    findings.lists[name].toSorted(order).slice(0, Math.floor(most * share)),
  ]);
  const licences = mostOf(findings.tallies.licences, Math.floor(60 * share));
  return { ...findings, lists: Object.fromEntries(lists), tallies: { ...findings.tallies, licences } };
}

/** The same, small enough for a message. */
export function bound(findings, bytes = LARGEST_MESSAGE) {
  for (let share = 1; ; share /= 2) {
    const cut = { ...inOrder(findings, share), twins: boundTwins(findings.twins, Math.floor(250 * share)) };
    if (Buffer.byteLength(JSON.stringify(cut)) <= bytes || share < 0.001) return cut;
  }
}

/** The rows of a tally, most first, by one of their numbers. */
export function ranked(table, index = 0) {
  return Object.entries(table).sort(ascending((row) => -row[1][index], at(0)));
}

/** Keeps a list from growing without end while files are read. */
function keep(findings, name, items) {
  const [most, order] = LISTS[name];
  const list = findings.lists[name];
  list.push(...items);
  if (list.length > 4 * most + items.length) findings.lists[name] = list.sort(order).slice(0, most);
}

function mostOf(table, limit) {
  const rows = ranked(table);
  if (rows.length <= limit) return table;
  const rest = rows.slice(limit).reduce((total, [, [number]]) => total + number, 0);
  return Object.fromEntries([...rows.slice(0, limit), ["others", [rest]]]);
}
