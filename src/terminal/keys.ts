/** What a person pressed: a character, a named key, or a text that was pasted. */
export type Key = { key: "text"; text: string } | { key: "paste"; text: string } | { key: KeyName };

export type KeyName =
  | "up"
  | "down"
  | "left"
  | "right"
  | "page-up"
  | "page-down"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace"
  | "delete"
  | "tab"
  | "back-tab"
  | "ctrl-a"
  | "ctrl-b"
  | "ctrl-c"
  | "ctrl-d"
  | "ctrl-e"
  | "ctrl-f"
  | "ctrl-k"
  | "ctrl-l"
  | "ctrl-u"
  | "ctrl-w"
  | "ctrl-z";

const CONTROL: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\b": "backspace",
  "\u007f": "backspace",
  "\u0001": "ctrl-a",
  "\u0002": "ctrl-b",
  "\u0003": "ctrl-c",
  "\u0004": "ctrl-d",
  "\u0005": "ctrl-e",
  "\u0006": "ctrl-f",
  "\u000b": "ctrl-k",
  "\u000c": "ctrl-l",
  "\u0015": "ctrl-u",
  "\u0017": "ctrl-w",
  "\u001a": "ctrl-z",
};

/** By what stands behind `ESC [` or `ESC O`; those that terminals of today and of long ago send. */
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  Z: "back-tab",
  "1~": "home",
  "3~": "delete",
  "4~": "end",
  "5~": "page-up",
  "6~": "page-down",
  "7~": "home",
  "8~": "end",
};

/** Those of the number pad, behind `ESC O` alone: with numbers the same letter is a mouse. */
const SINGLE: Readonly<Record<string, KeyName>> = { M: "enter" };

const PASTE = "\u001b[200~";
const PASTED = "\u001b[201~";
/** `ESC [ 1 ; 5 C`: the key with Ctrl held, which means the same here. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals send begins with one
const SEQUENCE = /^\u001b(?:\[([0-?]*)[ -/]*([@-~])|O([ -~]))/;

/**
 * The keys that bytes from a terminal stand for. What is not known is passed over.
 *
 * @param isWhole nothing more is coming: an escape by itself is the key of that name
 * @returns `rest`: the beginning of something that is not whole yet
 */
export function parseKeys(text: string, isWhole: boolean): { keys: Key[]; rest: string } {
  const keys: Key[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    if (rest.startsWith(PASTE)) {
      const end = rest.indexOf(PASTED);
      if (end < 0 && !isWhole) return { keys, rest };
      keys.push({ key: "paste", text: rest.slice(PASTE.length, end < 0 ? undefined : end) });
      at += end < 0 ? rest.length : end + PASTED.length;
    } else if (rest[0] === "\u001b") {
      const found = SEQUENCE.exec(rest);
      if (found === null && isBeginning(rest) && !isWhole) return { keys, rest };
      if (found !== null) {
        const [all, numbers = "", last = "", single = ""] = found;
        const name =
          SINGLE[single] ?? SEQUENCES[single || last] ?? SEQUENCES[`${numbers.split(";", 1)[0]}${last}`];
        if (name !== undefined) keys.push({ key: name });
        at += all.length;
      } else {
        if (rest.length === 1 || rest[1] === "\u001b") keys.push({ key: "escape" });
        // Alt and a key: nothing has that here.
        at += rest.length === 1 || rest[1] === "\u001b" ? 1 : 1 + characterAt(rest, 1).length;
      }
    } else {
      const character = characterAt(rest, 0);
      const name = CONTROL[character];
      if (name !== undefined) keys.push({ key: name });
      else if (!/\p{Cc}/u.test(character)) keys.push({ key: "text", text: character });
      at += character.length;
    }
  }
  return { keys, rest: "" };
}

/** Whether a sequence could still come of it. */
function isBeginning(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals send begins with one
  return /^\u001b(?:\[[0-?]*[ -/]*|O)?$/.test(text);
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}
