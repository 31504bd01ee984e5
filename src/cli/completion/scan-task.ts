/*
 * What completion offers of a task.md, found by its lines: the frontmatter is block style with one key a line, as the runtime writes it and people keep it. A
 * file in another style is offered in part or not at all, which harms nobody.
 */

export interface TaskHead {
  id: string;
  status: string;
  title: string;
}

export function headOf(text: string): TaskHead | undefined {
  const lines = frontmatterOf(text);
  const id = fieldOf(lines, "task_id", 0);
  if (id === undefined) return undefined;
  return { id, status: fieldOf(lines, "status", 0) ?? "", title: fieldOf(lines, "title", 0) ?? "" };
}

export function subtasksOf(text: string): { id: string; status: string; agent: string }[] {
  const lines = frontmatterOf(text);
  const from = lines.findIndex((line) => /^subtasks:\s*$/.test(line)) + 1;
  const after = lines.findIndex((line, index) => from > 0 && index >= from && /^\S/.test(line));
  const block = from === 0 ? [] : lines.slice(from, after < 0 ? undefined : after);
  const indent = /^ */.exec(block.find((line) => /^ +[a-z]/.test(line)) ?? "")?.[0].length ?? 0;
  const heads = block.flatMap((line, index) => {
    const id = new RegExp(`^ {${indent}}([a-z][a-z0-9-]*):\\s*$`).exec(line)?.[1];
    return id === undefined || indent === 0 ? [] : [{ id, index }];
  });
  return heads.map(({ id, index }, number) => {
    const own = block.slice(index + 1, heads[number + 1]?.index);
    const inner = /^ */.exec(own[0] ?? "")?.[0].length ?? 0;
    return {
      id,
      status: fieldOf(own, "status", inner) ?? "pending",
      agent: fieldOf(own, "agent", inner) ?? "",
    };
  });
}

function frontmatterOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  const end = lines.indexOf("---", 1);
  return lines.slice(1, end < 0 ? undefined : end);
}

function fieldOf(lines: readonly string[], name: string, indent: number): string | undefined {
  const start = `${" ".repeat(indent)}${name}:`;
  const line = lines.find((one) => one.startsWith(start));
  return line
    ?.slice(start.length)
    .trim()
    .replace(/^"(.*)"$/, "$1");
}
