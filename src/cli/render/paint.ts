import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];
/** Gives a text its colour, or leaves it as it is. */
export type Paint = (format: Format, text: string) => string;

/** @param enabled decided by the caller; what Node thinks of the stream does not matter. */
export function paintWith(enabled: boolean): Paint {
  return enabled
    ? (format, text) => (styleText as (...args: unknown[]) => string)(format, text, { validateStream: false })
    : (_, text) => text;
}
