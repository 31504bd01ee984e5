/**
 * The few forms that the heads of tasks and teams are made of, read without a schema library: loading one takes longer than reading a
 * thousand heads. What does not fit gives `undefined`, and the real codec then reads or refuses it; property tests hold the two together.
 */
export type Read = (value: unknown) => unknown;

/** A field that need not be there; `fallback`: what it then is. */
interface Optional {
  read: Read;
  fallback?: unknown;
}
export type Fields = Readonly<Record<string, Read | Optional>>;

export const text: Read = (value) => (typeof value === "string" ? value : undefined);
export const number: Read = (value) =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
export const yes: Read = (value) => (value === true ? value : undefined);

export function whole(least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): Read {
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
      ? value
      : undefined;
}

export function like(pattern: RegExp): Read {
  return (value) => (typeof value === "string" && pattern.test(value) ? value : undefined);
}

export function oneOf(values: readonly unknown[]): Read {
  return (value) => (values.includes(value) ? value : undefined);
}

export function listOf(read: Read, least = 0): Read {
  return (value) => {
    if (!Array.isArray(value) || value.length < least) return undefined;
    const items = value.map(read);
    return items.includes(undefined) ? undefined : items;
  };
}

export function mapOf(read: Read, key?: RegExp): Read {
  return (value) => {
    if (!isMap(value)) return undefined;
    const map: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value)) {
      const found = read(item);
      if (found === undefined || key?.test(name) === false) return undefined;
      map[name] = found;
    }
    return map;
  };
}

export function either(...reads: readonly Read[]): Read {
  return (value) => {
    for (const read of reads) {
      const found = read(value);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

export function optional(read: Read, fallback?: unknown): Optional {
  return { read, fallback };
}

/** @param open fields that are not known are left out; else they fit nothing */
export function fields(known: Fields, { open = false } = {}): Read {
  const { readers, complete } = fieldsOf(known);
  return (value) => {
    if (!isMap(value)) return undefined;
    const map: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      const read = readers.get(name);
      if (read === undefined && !open) return undefined;
      if (read === undefined) continue;
      const found = read(value[name]);
      if (found === undefined) return undefined;
      map[name] = found;
    }
    return complete(map) ? map : undefined;
  };
}

export interface FieldReaders {
  readonly readers: ReadonlyMap<string, Read>;
  /** Puts in what is read of fields that are not given; `false`: one is missing that must be there. */
  complete(map: Record<string, unknown>): boolean;
}

/** For those who read one field at a time. */
export function fieldsOf(known: Fields): FieldReaders {
  const readers = new Map<string, Read>();
  const needed: string[] = [];
  const fallbacks: [string, unknown][] = [];
  for (const [name, field] of Object.entries(known)) {
    if (typeof field === "function") needed.push(name);
    else if (field.fallback !== undefined) fallbacks.push([name, field.fallback]);
    readers.set(name, typeof field === "function" ? field : field.read);
  }
  return {
    readers,
    complete(map) {
      for (const name of needed) if (map[name] === undefined) return false;
      for (const [name, fallback] of fallbacks)
        if (map[name] === undefined) map[name] = structuredFallback(fallback);
      return true;
    },
  };
}

/** Of its own for each, for what is read may be changed. */
function structuredFallback(fallback: unknown): unknown {
  if (Array.isArray(fallback)) return [...fallback];
  return isMap(fallback) ? { ...fallback } : fallback;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
