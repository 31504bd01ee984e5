/** Values as a script gives them: what they are, in words, and as JSON. */
export interface Values {
  kindOf(value: unknown): string;
  shown(value: unknown): string;
  cut(text: string, longest: number): string;
  plainOr(value: unknown, what: string, call: string): never;
  plain(value: unknown, at: string, depth: number): unknown;
}

/** Runs inside the sandbox, as `installPrimitives` does: its text is taken. `usage` makes the error for a wrong call, with an example. */
export function makeValues(usage: (what: string, example: string) => Error): Values {
  const { stringify } = JSON;
  const { apply } = Reflect;
  const { keys, create } = Object;
  const { isArray } = Array;
  const { isFinite: isFiniteNumber } = Number;
  const RealError = Error;
  const RealDate = Date;
  const RealPromise = Promise;
  const toIso = Date.prototype.toISOString;
  return { kindOf, shown, cut, plainOr, plain };

  function kindOf(value: unknown): string {
    if (value === null) return "null";
    if (value === undefined) return "nothing";
    if (isArray(value)) return "a list";
    if (value instanceof RealPromise) return "a promise";
    if (typeof value === "object") return "an object";
    if (typeof value === "string") return value === "" ? "an empty text" : "a text";
    return typeof value === "function" ? "a function" : `a ${typeof value}`;
  }

  function shown(value: unknown): string {
    try {
      if (typeof value === "symbol" || typeof value === "function" || value === undefined)
        return kindOf(value);
      if (typeof value === "bigint") return `${value}n`;
      return cut(stringify(value) ?? kindOf(value), 4000);
    } catch {
      return kindOf(value);
    }
  }

  function cut(text: string, longest: number): string {
    return text.length > longest ? `${text.slice(0, longest)}…` : text;
  }

  function plainOr(value: unknown, what: string, call: string): never {
    return (value === undefined ? null : plain(value, `${call}() ${what}`, 0)) as never;
  }

  /** A copy that is JSON and nothing else. @throws a wrong call that names the place of what is not */
  function plain(value: unknown, at: string, depth: number): unknown {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number") return isFiniteNumber(value) ? value : notPlain(at, `${value}`);
    if (typeof value !== "object") return notPlain(at, kindOf(value));
    if (depth >= 90) return notPlain(at, "more than 90 levels, or itself");
    if (isArray(value)) {
      const list: unknown[] = [];
      for (let index = 0; index < value.length; index++) {
        const item: unknown = value[index];
        list[index] = item === undefined ? null : plain(item, `${at}[${index}]`, depth + 1);
      }
      return list;
    }
    if (value instanceof RealDate) return apply(toIso, value, []);
    if (value instanceof RealPromise) return notPlain(at, "a promise: await it first");
    if (value instanceof Map || value instanceof Set) return notPlain(at, "a Map or Set: give [...it]");
    if (value instanceof RealError) return notPlain(at, "an Error: give its message");
    const map = create(null) as Record<string, unknown>;
    for (const key of keys(value)) {
      const item = (value as Record<string, unknown>)[key];
      if (item === undefined) continue;
      if (key === "__proto__" || key === "constructor" || key === "prototype")
        notPlain(at, `a key named ${key}`);
      map[key] = plain(item, `${at}.${key}`, depth + 1);
    }
    return map;
  }

  function notPlain(at: string, found: string): never {
    const examples: Record<string, string> = {
      agent: "agent('Read a.ts', {label: 'read a.ts'})",
      workflow: "workflow('audit', {files: ['a.ts']})",
    };
    const example = examples[at.slice(0, at.indexOf("("))] ?? "return {found: 3, files: ['a.ts']}";
    throw usage(`${cut(at, 80)} cannot be written as JSON; found ${found}`, example);
  }
}
