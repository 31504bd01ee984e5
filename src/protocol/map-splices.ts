import { type BlockMap, innerMap, type PairPlace } from "./block-map.ts";
import { ownValue } from "./equal-values.ts";
import { pairText, removal, replacement } from "./pair-splices.ts";
import { isPlainObject } from "./plain-value.ts";
import type { Splice } from "./splice.ts";
import { type Shape, says } from "./task-shape.ts";

type Values = Record<string, unknown>;

/**
 * What is to change in the text of a block map so that it says what is wanted; nothing else of it is touched. What is missing comes
 * behind the nearest earlier field that is there.
 *
 * @param stands the values that the text says now
 * @param wanted fields in the order in which they are written
 */
export function mapSplices(
  text: string,
  map: BlockMap,
  stands: Values,
  wanted: Values,
  shape: Shape | undefined,
): Splice[] {
  const indent = " ".repeat(map.indent);
  const changes = map.pairs.flatMap((pair) => pairSplices(text, pair, map.indent, stands, wanted, shape));
  const places = new Map(map.pairs.map(({ key, end }) => [key, end]));
  const last = map.pairs.at(-1)?.end ?? 0;
  let place: number | undefined;
  for (const [key, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    const known = places.get(key);
    if (known !== undefined) place = known;
    else if (!says(shape, key, undefined, value)) {
      const at = shape?.appends ? last : (place ?? last);
      changes.push({ from: at, to: at, text: pairText(key, value, indent, shape) });
    }
  }
  return changes;
}

function pairSplices(
  text: string,
  pair: PairPlace,
  indent: number,
  stands: Values,
  wanted: Values,
  shape: Shape | undefined,
): Splice[] {
  const { key } = pair;
  const value = ownValue(wanted, key);
  const old = ownValue(stands, key);
  if (says(shape, key, old, value)) return [];
  if (value === undefined) return [removal(text, pair, indent)];
  const inner = shape?.inner(key);
  if (isPlainObject(old) && isPlainObject(value)) {
    const map = innerMap(text, pair, indent);
    const isFollowed = map !== undefined && sayKeys(map, old);
    if (isFollowed && (inner?.appends || !isEmpty(value))) return mapSplices(text, map, old, value, inner);
    return replacement(text, pair, ownOrder(old, value), indent, shape);
  }
  return replacement(text, pair, value, indent, shape);
}

/** Whether the pairs that were found are those that the parser found. */
export function sayKeys({ pairs }: BlockMap, values: Values): boolean {
  return pairs.length === Object.keys(values).length && pairs.every(({ key }) => Object.hasOwn(values, key));
}

/** The wanted values, those that stand there already first, in the order in which they do. */
export function ownOrder(stands: Values, wanted: Values): Values {
  const ordered: Values = {};
  for (const key in stands) {
    const value = ownValue(wanted, key);
    const old = stands[key];
    if (value !== undefined)
      ordered[key] = isPlainObject(old) && isPlainObject(value) ? ownOrder(old, value) : value;
  }
  const others = Object.entries(wanted).filter(([key]) => !Object.hasOwn(ordered, key));
  return { ...ordered, ...Object.fromEntries(others) };
}

function isEmpty(map: Values): boolean {
  return Object.values(map).every((value) => value === undefined);
}
