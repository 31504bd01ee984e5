/** How many words a command takes after its name before the rest of the line is one text. */
const BEFORE_TEXT: Readonly<Record<string, number>> = {
  send: 1,
  cancel: 1,
  approve: 1,
  reject: 1,
  answer: 1,
};

interface Word {
  text: string;
  /** Where it begins in the line. */
  from: number;
}

/**
 * What is typed after `/clawflow` as words: blanks part them, quotes keep them together. Of commands that take a text, the text is the
 * rest of the line as it stands, unless it is in quotes as a whole.
 */
export function chatWords(line: string): string[] {
  const words = wordsOf(line);
  const [command, ...rest] = words;
  if (command === undefined) return ["status"];
  const before = BEFORE_TEXT[command.text];
  const first = before === undefined ? -1 : rest.findIndex((_, at) => isText(rest, at, before));
  const text = rest[first];
  if (text === undefined || first === rest.length - 1) return words.map(({ text }) => text);
  const options = rest.slice(0, first).map(({ text }) => text);
  // What follows "--" is never an option, whatever it begins with.
  return [command.text, ...inFront(options), line.slice(text.from).trim()];
}

/** Options are taken before the text alone. */
function isText(rest: readonly Word[], at: number, before: number): boolean {
  const plain = rest.slice(0, at).filter(({ text }, index) => !isOption(rest, index) && text !== "--");
  return plain.length === before && !isOption(rest, at);
}

/** A flag, or the value of the one before it. */
function isOption(rest: readonly Word[], at: number): boolean {
  const text = rest[at]?.text ?? "";
  if (/^--[a-z]/.test(text)) return true;
  const flag = rest[at - 1]?.text ?? "";
  return /^--[a-z][a-z-]*$/.test(flag) && !SWITCHES.includes(flag);
}

/** Options without a value. */
const SWITCHES = ["--json", "--for-agent", "--wait", "--follow"];

function inFront(words: readonly string[]): string[] {
  const flags: string[] = [];
  const plain: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!/^--[a-z]/.test(word)) plain.push(word);
    else if (word.includes("=") || SWITCHES.includes(word)) flags.push(word);
    else flags.push(word, words[++at] ?? "");
  }
  return [...flags, "--", ...plain];
}

function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  for (const match of line.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|(\S+)/g)) {
    const [, double, single, bare] = match;
    const text = double?.replace(/\\(.)/g, "$1") ?? single ?? bare ?? "";
    words.push({ text, from: match.index });
  }
  return words;
}
