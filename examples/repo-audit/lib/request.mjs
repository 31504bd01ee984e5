// What the audit is asked for, and what its agents ask of each other: text for people with the exact terms in it.
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { Refusal } from "./brain.mjs";

/** The instructions for the lead: which folder, and where the report goes; both absolute. */
export function formatRequest({ folder, report }) {
  return `Audit ${basename(folder)}\n\nFolder: ${folder}\nReport: ${report}\n`;
}

/**
 * Reads them back, also from freer words: without a `Folder:` line the first absolute path counts. Without a `Report:`
 * line the report is AUDIT.md where the command was started, which is the folder that holds `.clawflow`.
 */
export function parseRequest(question) {
  const text = question.task.instructions;
  const start = startFolder(question.workspace);
  const named = line(text, "Folder") ?? text.match(/(?:^|\s)["'`]?(\/[^\s"'`]+)/)?.[1];
  if (named === undefined)
    throw new Refusal("which folder? say it on a line of its own: Folder: /path/to/it");
  const report = line(text, "Report") ?? (start === undefined ? undefined : "AUDIT.md");
  if (report === undefined)
    throw new Refusal("where to? say it on a line of its own: Report: /path/to/AUDIT.md");
  return {
    folder: absolute(named, start, "Folder"),
    report: absolute(report, start, "Report"),
  };
}

/** An assignment as the instructions of a subtask: words first, then the same as one line of JSON. */
export function formatAssignment(words, assignment) {
  return `${words}\n\n\`\`\`json\n${JSON.stringify(assignment)}\n\`\`\`\n`;
}

export function parseAssignment(instructions) {
  for (const text of instructions.split("\n")) {
    if (!text.startsWith('{"folder":')) continue;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Refusal(`the assignment cannot be read: ${error.message}`);
    }
  }
  throw new Refusal(
    'no assignment: instructions need a line like {"folder":"/path","parts":[{"tree":"src"}]}',
  );
}

function line(text, key) {
  return text.match(new RegExp(`^[ \\t>*-]*${key}:[ \\t]*(\\S.*?)[ \\t]*$`, "im"))?.[1];
}

function absolute(path, start, key) {
  if (isAbsolute(path)) return resolve(path);
  if (start === undefined) throw new Refusal(`${key}: ${path} is not an absolute path`);
  return resolve(start, path);
}

/** The current directory of whoever started the team, when the workspaces stand in their usual place. */
function startFolder(workspace) {
  const hidden = dirname(dirname(workspace));
  return basename(hidden) === ".clawflow" ? dirname(hidden) : undefined;
}

/** A path relative to the folder, with `/`; undefined when it does not lie inside. */
export function inside(folder, path) {
  const below = relative(folder, path).split(sep).join("/");
  return below === "" || below === ".." || below.startsWith("../") || isAbsolute(below) ? undefined : below;
}
