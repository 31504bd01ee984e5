import { z } from "zod";

/** What an answer cost, as far as the program told. */
export interface Used {
  used?: { tokens?: number; usd?: number };
}

/** A figure that may be left out; anything else in its place counts as left out. */
export const count = z.number().nonnegative().optional().catch(undefined);

/** The JSON value in an output; lines that a program prints before it ("Loaded cached credentials.") are passed over. */
export function jsonIn(text: string): unknown {
  const begin = text.search(/^\s*[[{]/m);
  return begin < 0 ? undefined : parsed(text.slice(begin));
}

/** Every line that is an object of that form; others are passed over. */
export function linesIn<T>(text: string, schema: z.ZodType<T>): T[] {
  return text.split("\n").flatMap((line) => {
    const read = line.trimStart().startsWith("{") ? schema.safeParse(parsed(line)) : undefined;
    return read?.success ? [read.data] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined when nothing of it was told. */
export function sum(...amounts: (number | undefined)[]): number | undefined {
  const told = amounts.filter((amount) => amount !== undefined);
  return told.length === 0 ? undefined : told.reduce((total, amount) => total + amount, 0);
}

export function usedOf({ tokens, usd }: { tokens?: number | undefined; usd?: number | undefined }): Used {
  if (tokens === undefined && usd === undefined) return {};
  return { used: { ...(tokens === undefined ? {} : { tokens }), ...(usd === undefined ? {} : { usd }) } };
}
