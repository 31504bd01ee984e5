import type { EditKind } from "./editor.ts";
import { pick, type Random } from "./random.ts";

/** A task.md as a person changes it; as it was, where there is nothing to be changed. `token` stands somewhere in what is new. */
export function changedText(
  text: string,
  what: EditKind,
  token: string,
  crlf: boolean,
  random: Random,
): string {
  const plain = text.replace(/^\ufeff/, "");
  const isCrlf = plain.startsWith("---\r\n");
  if (!isCrlf && !plain.startsWith("---\n")) return text;
  const unix = isCrlf ? text.replaceAll("\r\n", "\n") : text;
  const edited = isHarmless(what) ? harmless(unix, what, token) : steering(unix, what, token, random);
  if (edited === unix) return text;
  return isCrlf || crlf ? edited.replaceAll(/\r?\n/g, "\r\n") : edited;
}

function isHarmless(
  what: EditKind,
): what is "comment" | "notes" | "own key" | "several" | "broken" | "pause" {
  return ["comment", "notes", "own key", "several", "broken", "pause"].includes(what);
}

function harmless(
  text: string,
  what: "comment" | "notes" | "own key" | "several" | "broken" | "pause",
  token: string,
): string {
  switch (what) {
    case "comment":
      return put(text, `# ${token}`);
    case "own key":
      return put(text, `mine_${token.replaceAll(/[^a-z0-9]/g, "_")}: ${token}`);
    case "notes":
      return noted(text, token);
    case "several": {
      const titled = text.replace(/^title: .*$/m, `title: Another title (${token})`);
      return harmless(harmless(noted(titled, token), "comment", token), "own key", token);
    }
    case "broken":
      return put(text, `broken: [${token}`);
    default:
      return /^paused:/m.test(text) ? text : put(text, "paused: true");
  }
}

function put(text: string, line: string): string {
  return text.replace("---\n", `---\n${line}\n`);
}

function noted(text: string, token: string): string {
  return text.replace(/^## Working Notes\n/m, (heading) => `${heading}\n${token}\n`);
}

interface Entry {
  id: string;
  /** The whole of it, from its id's line on. */
  text: string;
  status: string;
}

function steering(text: string, what: EditKind, token: string, random: Random): string {
  const entries = entriesOf(text);
  if (what === "end") return ended(text, token);
  if (what === "add")
    return entries.length === 0
      ? text
      : text.replace(
          /^subtasks:\n/m,
          `subtasks:\n  x${token.replaceAll(/[^0-9]/g, "")}:\n    agent: self\n    description: ${token}\n`,
        );
  const chosen = entries.filter(({ status }) => CHOICES[what]?.includes(status) ?? true);
  if (chosen.length === 0) return text;
  const { id, text: entry } = pick(random, chosen);
  const marked = `# ${token}\n${entry}`;
  const replaced = (status: string) =>
    text.replace(entry, () => marked.replace(/^ {4}status: .*$/m, `    status: ${status}`));
  switch (what) {
    case "redo":
      return replaced("pending");
    case "cancel":
      return replaced("cancelled");
    case "remove":
      return text.replace(entry, () => `# ${token}\n`);
    case "describe":
      return text.replace(entry, () => entry.replace(/^ {4}description: .*$/m, `    description: ${token}`));
    default: {
      const done = replaced("done").replace(/^## Synthesised Output$[\s\S]*/m, "");
      const results = `### ${id}\n\n${token}\n`;
      return /^## Subtask Results$/m.test(done)
        ? done.replace(/^## Subtask Results$/m, (heading) => `${heading}\n\n${results}`)
        : `${done}\n## Subtask Results\n\n${results}`;
    }
  }
}

const CHOICES: Partial<Record<EditKind, string[]>> = {
  redo: ["done", "failed", "cancelled", "skipped"],
  cancel: ["pending", "dispatched"],
  "by hand": ["pending", "dispatched"],
};

/** By hand: done, with a word for whoever looks. */
function ended(text: string, token: string): string {
  const head = text.replace(/^status: (executing|planning|aggregating|in-progress)$/m, "status: cancelled");
  return head === text ? text : put(head, `# ${token}`);
}

function entriesOf(text: string): Entry[] {
  const [, head = ""] = /^---\n([\s\S]*?)\n---\n/m.exec(text) ?? [];
  const [, block = ""] = /^subtasks:\n((?: {2}.*\n|#.*\n|\n)*)/m.exec(`${head}\n`) ?? [];
  return Array.from(
    block.matchAll(/^ {2}([a-z][a-z0-9-]*):\n((?: {4}.*\n|\n)+)/gm),
    ([entry, id = "", fields = ""]) => ({
      id,
      text: entry,
      status: /^ {4}status: (.*)$/m.exec(fields)?.[1] ?? "pending",
    }),
  );
}
