import { sha256 } from "./ids.ts";
import type { ReplyBody, TaskBody, TaskMessage } from "./message.ts";
import { formatSection, type Heading, parseSections, type Section } from "./sections.ts";
import { oneLine, parseTitle, titleFrom } from "./title.ts";

/** What stands under `## Partial Results` if there are none. */
export const NO_PARTIAL = "None";

export function formatTaskBody(body: TaskBody): string {
  return (
    `# Task: ${oneLine(body.title) || titleFrom(body.instructions)}\n\n` +
    formatSection("Context", 2, "context", body.context) +
    formatSection("Instructions", 2, "instructions", body.instructions) +
    formatSection("Expected Output", 2, "expected-output", body.expected_output)
  );
}

/** Hash of a task's body as formatted from its parts: equal work has an equal hash in both versions of the protocol. */
export function bodyHash(message: Pick<TaskMessage, "body">): string {
  return sha256(formatTaskBody(message.body));
}

/**
 * A body with none of the known headings is the instructions as a whole, its first line the title. Text that stands before the
 * first section belongs to the instructions as well.
 */
export function parseTaskBody(body: string): TaskBody {
  const { before, sections } = parseSections(body, taskHeading);
  if (sections.length === 0) {
    return { title: titleFrom(before), context: "", instructions: before, expected_output: "" };
  }
  const title = sections.find(({ key }) => key === "title");
  const instructions = joined(before, title?.text ?? "", textOf(sections, "instructions"));
  return {
    title: parseTitle(title) || titleFrom(instructions),
    context: textOf(sections, "context"),
    instructions,
    expected_output: textOf(sections, "expected output"),
  };
}

export function formatReplyBody(status: "done" | "failed" | "cancelled", body: ReplyBody): string {
  if (status === "done") return formatSection("Results", 2, "results", body.results);
  return formatErrorBody(body.error, body.partial);
}

export function formatErrorBody(error: string, partial: string): string {
  return (
    formatSection("Error", 2, "error", error) +
    formatSection("Partial Results", 2, "partial-results", partial || NO_PARTIAL)
  );
}

/** Without a known heading the whole is the results, or the error of a reply that is not done. */
export function parseReplyBody(status: "done" | "failed" | "cancelled", body: string): ReplyBody {
  if (status === "done") {
    const { before, sections } = parseSections(body, headings("results"));
    return { results: joined(before, textOf(sections, "results")), error: "", partial: "" };
  }
  return { results: "", ...parseErrorBody(body) };
}

export function parseErrorBody(body: string): { error: string; partial: string } {
  const { before, sections } = parseSections(body, headings("error", "partial results"));
  return {
    error: joined(before, textOf(sections, "error")),
    partial: textOf(sections, "partial results") || NO_PARTIAL,
  };
}

/** Control, outcome and progress: the text and one newline. */
export function formatTextBody(text: string): string {
  return `${text}\n`;
}

export function parseTextBody(body: string): string {
  return body.endsWith("\n") ? body.slice(0, -1) : body;
}

/** Knows these headings of level 2, however they are capitalised. */
function headings(...names: string[]): (heading: Heading) => string | undefined {
  return ({ level, title }) => (level === 2 ? names.find((name) => name === title.toLowerCase()) : undefined);
}

const taskSections = headings("context", "instructions", "expected output");

function taskHeading(heading: Heading): string | undefined {
  if (heading.level === 1) return /^task:/i.test(heading.title) ? "title" : undefined;
  return taskSections(heading);
}

function textOf(sections: readonly Section[], key: string): string {
  return sections.find((section) => section.key === key)?.text ?? "";
}

/** Text that stands outside of its section is not lost. */
function joined(...texts: string[]): string {
  return texts.filter((text) => text !== "").join("\n\n");
}
