import { join } from "node:path";
import { stringify } from "yaml";
import type { Subtask } from "../../../protocol/task.ts";
import type { VaultLetter, VaultTask } from "../../../view/vault/read-vault.ts";
import { inlineText } from "../markdown.ts";
import { plainLine } from "../plain.ts";
import { between, elapsed } from "../time.ts";
import { MARK } from "./kept-part.ts";
import { linkInside, linkTo, propertyLink } from "./links.ts";
import { topOf } from "./note-names.ts";

/** What a note is written with. */
export interface VaultLook {
  /** The folder that is opened as a vault, absolute. */
  vault: string;
  /** Names of the notes, relative to the vault. */
  names: ReadonlyMap<VaultTask, string>;
}

/**
 * The note of a task: flat properties, and links to its task.md, the task that gave it, its subtasks, results and messages. The same task gives the
 * same text.
 */
export function taskNote(one: VaultTask, look: VaultLook): string {
  const note = look.names.get(one) ?? "";
  const { task } = one;
  const head = stringify(propertiesOf(one, look), { lineWidth: 0 });
  const parts = [
    `# ${inlineText(task.title) || inlineText(task.task_id)}`,
    `${linkTo("task.md", note, join(one.folder, "task.md"), look.vault)} · ${inlineText(one.agent)} · **${task.status}**${tookText(one)}`,
    ...(task.error === undefined ? [] : [inlineText(task.error, 500)]),
    waysUp(one, note, look),
    subtasksSection(one, note, look),
    messagesSection(one, note, look),
  ];
  return `---\n${head}---\n${parts.filter((part) => part !== "").join("\n\n")}\n\n${MARK}`;
}

/** Flat, as Bases and Dataview like them. */
function propertiesOf(one: VaultTask, { vault, names }: VaultLook): Record<string, unknown> {
  const { task, agent, parent, folder } = one;
  const top = topOf(one);
  const seconds = secondsOf(one);
  const linked = (to: VaultTask) => propertyLink(names.get(to) ?? "", plainLine(to.task.title, 80));
  return {
    title: propertyText(task.title, 200),
    aliases: [...new Set([propertyText(task.title, 80), task.task_id])].filter((alias) => alias !== ""),
    clawflow_note: 1,
    task_id: task.task_id,
    task: propertyLink(
      join(folder, "task.md")
        .slice(vault.length + 1)
        .replaceAll("\\", "/"),
      "task.md",
    ),
    agent,
    status: task.status,
    from: task.from,
    ...(top === one ? {} : { job: linked(top) }),
    ...(parent === undefined ? {} : { parent: linked(parent) }),
    depth: task.trace.depth,
    attempt: task.reply_to.attempt,
    subtasks: task.subtasks.size,
    created_at: task.created_at,
    ...(task.finished_at === undefined ? {} : { finished_at: task.finished_at }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(task.used.tokens === undefined ? {} : { tokens: task.used.tokens }),
    ...(task.used.usd === undefined ? {} : { usd: task.used.usd }),
  };
}

/** A text in which Obsidian finds no link. */
function propertyText(text: string, width: number): string {
  return plainLine(text.replace(/\[(?=\[)|\](?=\])/g, "$& "), width);
}

function secondsOf({ task }: VaultTask): number | undefined {
  if (task.finished_at === undefined) return undefined;
  const ms = between(task.created_at, task.finished_at, 0);
  return ms === undefined ? undefined : Math.round(ms) / 1000;
}

function tookText(one: VaultTask): string {
  const seconds = secondsOf(one);
  return seconds === undefined ? "" : ` · took ${elapsed(seconds * 1000)}`;
}

function waysUp(one: VaultTask, note: string, { names }: VaultLook): string {
  const ways: [string, VaultTask][] = [];
  const top = topOf(one);
  if (one.parent !== undefined) ways.push(["Given by", one.parent]);
  if (top !== one && top !== one.parent) ways.push(["Part of", top]);
  return ways
    .map(([word, to]) => `${word} ${linkInside(to.task.title, note, names.get(to) ?? "")}`)
    .join(" · ");
}

function subtasksSection(one: VaultTask, note: string, look: VaultLook): string {
  const lines = [...one.task.subtasks].map(([id, subtask]) => subtaskLine(one, note, look, id, subtask));
  return lines.length === 0 ? "" : `## Subtasks\n\n${lines.join("\n")}`;
}

function subtaskLine(
  one: VaultTask,
  note: string,
  { vault, names }: VaultLook,
  id: string,
  subtask: Subtask,
): string {
  const attempts = one.children.get(id) ?? [];
  const last = attempts.at(-1);
  const links = attempts.slice(0, -1).map((earlier) => {
    return linkInside(`attempt ${earlier.task.reply_to.attempt}`, note, names.get(earlier) ?? "");
  });
  const results = one.results.get(id);
  if (results !== undefined) links.push(linkTo("results", note, results, vault));
  const name = last === undefined ? `**${inlineText(id)}**` : linkInside(id, note, names.get(last) ?? "");
  const after = subtask.depends_on.length === 0 ? "" : ` after ${inlineText(subtask.depends_on.join(", "))}`;
  const said = subtask.error ?? subtask.result_summary ?? "";
  return [
    `- ${name} (${inlineText(subtask.agent)})${after}: **${subtask.status}**`,
    ...links,
    ...(said === "" ? [] : [inlineText(said, 200)]),
  ].join(" · ");
}

function messagesSection(one: VaultTask, note: string, { vault }: VaultLook): string {
  const line = (letter: VaultLetter) =>
    `- ${inlineText(letter.sent_at.slice(0, 19))} ${linkTo(letterText(letter), note, letter.path, vault)}`;
  return one.letters.length === 0 ? "" : `## Messages\n\n${one.letters.map(line).join("\n")}`;
}

function letterText({ type, what, from, to, subtask, attempt, place }: VaultLetter): string {
  const about = subtask === undefined ? "" : ` ${subtask}`;
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  const where = place === "inbox" || place === "pending" ? ` (${place})` : "";
  return `${type}${what === undefined ? "" : ` ${what}`}${about}${again}: ${from} → ${to}${where}`;
}
