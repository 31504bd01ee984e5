import { pick, type Random, upTo } from "./random.ts";

/** The first `size` bytes of a buffer. Bytes once written are never overwritten, so that an older view stays what it was. */
export interface Bytes {
  readonly buffer: Uint8Array;
  readonly size: number;
}

export const NO_BYTES: Bytes = { buffer: new Uint8Array(0), size: 0 };

/** A file apart from its names. */
export interface VirtualFile {
  readonly kind: "file" | "link" | "other";
  readonly ino: number;
  readonly mode: number;
  mtimeMs: number;
  /** Names that a running process sees, and handles that are open: the space is free when there is neither. */
  links: number;
  handles: number;
  /** What a running process reads. */
  content: Bytes;
  /** What stands on the medium for certain, and the number of the change up to which it does. */
  durable: Bytes;
  durableAt: number;
  /** A part that a failed sync lost: the system believes it written, it reads well until the power goes. */
  lost: { from: number; to: number } | undefined;
}

export function viewOf({ buffer, size }: Bytes): Uint8Array {
  return buffer.subarray(0, size);
}

export function appended(before: Bytes, more: Uint8Array): Bytes {
  const size = before.size + more.length;
  let { buffer } = before;
  // Room behind `before` may belong to a longer view (after a truncation): only a fresh buffer is surely free.
  if (size > buffer.length || !isFree(buffer, before.size)) {
    buffer = new Uint8Array(Math.max(size, 2 * before.size, 64));
    buffer.set(viewOf(before));
  }
  buffer.set(more, before.size);
  used.set(buffer, size);
  return { buffer, size };
}

export function truncated(before: Bytes, size: number): Bytes {
  if (size <= before.size) return { buffer: before.buffer, size };
  return appended(before, new Uint8Array(size - before.size));
}

/** How far each buffer was ever written. */
const used = new WeakMap<Uint8Array, number>();

function isFree(buffer: Uint8Array, from: number): boolean {
  return (used.get(buffer) ?? buffer.length) <= from;
}

/** The content as it would reach the medium: what a failed sync lost is zeros. */
export function withoutLost(content: Bytes, lost: VirtualFile["lost"]): Bytes {
  if (lost === undefined || lost.from >= content.size) return content;
  const copy = viewOf(content).slice();
  copy.fill(0, lost.from, Math.min(lost.to, copy.length));
  return { buffer: copy, size: copy.length };
}

export function commonLength(a: Bytes, b: Bytes): number {
  const end = Math.min(a.size, b.size);
  if (a.buffer === b.buffer) return end;
  let length = 0;
  while (length < end && a.buffer[length] === b.buffer[length]) length++;
  return length;
}

/** What is written as a whole: a page by the system, a sector of it by the disk. */
const UNITS = [4096, 512] as const;

/**
 * What a power cut leaves of a file whose last bytes were not synced: the durable text; the new one; the new one torn at any byte,
 * with zeros behind it or in units of it; or, after a truncation, new bytes with the old ones still behind them.
 */
export function afterPowerCut(file: VirtualFile, random: Random): Bytes {
  const { durable } = file;
  const content = withoutLost(file.content, file.lost);
  const same = commonLength(durable, content);
  const fresh = content.size - same;
  const kind = random();
  if (kind < 0.2) return durable;
  if (kind < 0.3) return content;
  const torn = same + upTo(random, fresh);
  if (kind < 0.5) return { buffer: content.buffer, size: torn };
  const copy = viewOf(content).slice();
  if (kind < 0.6) {
    copy.fill(0, torn);
    return { buffer: copy, size: torn + upTo(random, content.size - torn) };
  }
  if (durable.size > torn) {
    const mixed = viewOf(durable).slice();
    mixed.set(copy.subarray(0, torn));
    return { buffer: mixed, size: mixed.length };
  }
  const unit = pick(random, UNITS);
  for (let at = same; at < copy.length; at += unit - (at % unit)) {
    if (random() < 0.3) copy.fill(0, at, Math.min(copy.length, at + unit - (at % unit)));
  }
  return { buffer: copy, size: copy.length };
}
