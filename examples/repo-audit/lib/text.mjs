// Text from files, made fit to be shown: one line, short, without control characters or secrets.
import { withoutSecrets } from "./secrets.mjs";

export function shorten(text, longest) {
  const line = withoutSecrets(text.slice(0, 20_000)).replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
  const characters = Array.from(line);
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join("")}…`;
}

/** `1 file`, `2 files`, `1,234 files`. */
export function plural(number, one, many = `${one}s`) {
  return `${thousands(number)} ${number === 1 ? one : many}`;
}

export function thousands(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function size(bytes) {
  if (bytes < 1000) return plural(bytes, "byte");
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

export function percent(part, whole) {
  if (part > 0 && part * 200 < whole) return "< 1 %";
  return whole === 0 ? "0 %" : `${Math.round((100 * part) / whole)} %`;
}
