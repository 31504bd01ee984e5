// Files with the same content, found across agents that each see a part: every agent sends up hashes, largest first.
import { createHash } from "node:crypto";

/** Smaller files are alike too often for anybody to care. */
export const SMALLEST_TWIN = 100;
const PATHS = 5;

/**
 * `{entries, floor?}`. An entry is `[bytes, hash, count, paths]`, in the order of `before`. `floor` is `[bytes, hash]` of the
 * first entry that was left out: all that stand before it are complete, of the others nothing is known.
 */
export function addTwin(twins, path, bytes, content) {
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 12);
  twins.entries.push([bytes, hash, 1, [path]]);
}

export function mergeTwins(all) {
  const byKey = new Map();
  for (const [bytes, hash, count, paths] of all.flatMap((twins) => twins.entries)) {
    const key = `${bytes}:${hash}`;
    const [, , others, known] = byKey.get(key) ?? [bytes, hash, 0, []];
    byKey.set(key, [bytes, hash, count + others, [...known, ...paths].sort().slice(0, PATHS)]);
  }
  const floor = all
    .map((twins) => twins.floor)
    .filter((one) => one !== undefined)
    .sort(before)[0];
  const entries = [...byKey.values()].filter((entry) => floor === undefined || before(entry, floor) < 0);
  return { entries: entries.sort(before), ...(floor === undefined ? {} : { floor }) };
}

/** The largest `most`; where some are left out the floor says so. */
export function boundTwins(twins, most) {
  const { entries, floor } = mergeTwins([twins]);
  if (entries.length <= most) return { entries, ...(floor === undefined ? {} : { floor }) };
  return { entries: entries.slice(0, most), floor: entries[most].slice(0, 2) };
}

/**
 * The sizes that more than one file has: only their hashes need to be sent up. At most `most`, the largest; `floor` is
 * the first size left out.
 */
export function twinSizes(files, most = 2_000) {
  const seen = new Map();
  for (const { kind, bytes } of files) {
    if (kind === "file" && bytes >= SMALLEST_TWIN) seen.set(bytes, (seen.get(bytes) ?? 0) + 1);
  }
  const sizes = [...seen].flatMap(([bytes, count]) => (count > 1 ? [bytes] : [])).sort((a, b) => b - a);
  return sizes.length <= most ? { sizes } : { sizes: sizes.slice(0, most), floor: sizes[most] };
}

/** Larger first; hashes only to make the order total. */
function before(a, b) {
  if (a[0] !== b[0]) return b[0] - a[0];
  return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
}
