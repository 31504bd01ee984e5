import { isDeepStrictEqual } from "node:util";

/** What `found` does not hold of `wanted`: of maps the named keys alone; a text `/…/` is a pattern. */
export function notIn(found: unknown, wanted: unknown, at = ""): string[] {
  if (typeof wanted === "string" && /^\/[\s\S]*\/s?$/.test(wanted) && typeof found === "string") {
    const pattern = new RegExp(wanted.slice(1, wanted.lastIndexOf("/")), wanted.endsWith("s") ? "s" : "");
    return pattern.test(found) ? [] : [`${at} is ${JSON.stringify(found.slice(0, 2_000))}`];
  }
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (isMap(found) && isMap(wanted)) {
    return Object.entries(wanted).flatMap(([key, value]) => notIn(found[key], value, `${at}.${key}`));
  }
  return isDeepStrictEqual(found, wanted) ? [] : [`${at} is ${JSON.stringify(found)?.slice(0, 2_000)}`];
}
