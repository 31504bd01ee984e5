import type { Act, ActName } from "../../api-types.ts";

/** Of a word that is shown as part of a command, characters. */
const LONGEST = 160;

/** The command line's words for the same, so that a person learns them. */
export function commandText(command: ActName, { words, options = {}, input }: Act): string {
  const { agent: _, ...others } = options;
  const given = Object.entries(others).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : value === false ? [] : [`--${name}`, `${value}`],
  );
  const isShort = input !== undefined && input.length <= LONGEST && !input.includes("\n");
  const takesText = ["answer", "reject", "approve"].includes(command);
  const all = words.flatMap((word) => {
    if (word !== "-" || input === undefined) return [word];
    if (takesText && isShort && !input.startsWith("-")) return [input];
    return ["-"];
  });
  const line = ["clawflow", command, ...all, ...given].map(shellWord).join(" ");
  if (!all.includes("-") || input === undefined) return line;
  return isShort ? `echo ${shellWord(input)} | ${line}` : `${line} < text.md`;
}

function shellWord(word: string): string {
  const cut = word.length > LONGEST ? `${word.slice(0, LONGEST)}…` : word;
  return /^[\w@%+=:,./-]+$/.test(cut) ? cut : `'${cut.replaceAll("'", "'\\''")}'`;
}
