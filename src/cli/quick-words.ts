import type { ReaderOptions } from "./place.ts";

const TAKES_WORD: Readonly<Record<string, "root" | "team" | "agent">> = {
  "--root": "root",
  "--team": "team",
  "--agent": "agent",
};

/**
 * The words behind `clawflow status` where they are only options in their plain form, which need no command line to be built; `undefined`:
 * anything else, which the real one then takes or refuses.
 */
export function quickWords(words: readonly string[]): ReaderOptions | undefined {
  const options: ReaderOptions = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const name = Object.hasOwn(TAKES_WORD, word) ? TAKES_WORD[word] : undefined;
    if (word === "--json") options.json = true;
    else if (word === "--for-agent") options.forAgent = true;
    else if (name !== undefined) {
      at += 1;
      const value = words[at];
      if (value === undefined || !/^[\w./]/.test(value)) return undefined;
      options[name] = value;
    } else return undefined;
  }
  return options;
}
