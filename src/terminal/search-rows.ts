import { plainLine } from "../cli/render/plain.ts";
import type { Found } from "./facts.ts";
import type { Row } from "./rows.ts";
import type { State, View } from "./state.ts";
import { line, span } from "./styled.ts";
import { columnFor, columns } from "./text.ts";

type Hit = Found["found"][number];

/** What the command of that name found, the newest first. */
export function searchRows({ facts: { found }, size }: State): Row[] {
  if (found === undefined) return [];
  const name = columnFor(found.found.map(nameOf), Math.max(8, Math.floor(size.columns * 0.3)));
  const agents = found.found.map((hit) => hit.agent);
  const agent = size.columns < 56 ? 0 : columnFor(agents, Math.floor(size.columns * 0.15));
  const rows = found.found.map((hit) => rowOf(hit, name, agent));
  if (rows.length === 0) return [{ line: line(span("Nothing is found.", "dim")) }];
  const more = "… and others, which are older (clawflow search has more)";
  return found.more ? [...rows, { line: line(span(more, "dim")) }] : rows;
}

function rowOf(hit: Hit, name: number, agent: number): Row {
  const { kind, type = kind, field, file, excerpt } = hit;
  const opens = viewOf(hit);
  return {
    get line() {
      const said = `${field}: ${excerpt}`;
      return line(...columns([nameOf(hit), name], [hit.agent, agent, "dim"], [type, 8, "cyan"], [said, 1]));
    },
    key: `${hit.agent} ${file} ${field}`,
    more: [excerpt, `${hit.agent}: ${file}`],
    ...(opens === undefined ? {} : { opens }),
  };
}

function viewOf({ kind, agent, task_id, message }: Hit): View | undefined {
  if (kind === "message") return message === undefined ? undefined : { view: "message", message };
  return task_id === undefined ? undefined : { view: "task", agent, task: task_id, tab: "text" };
}

function nameOf({ task_id = "", subtask }: Hit): string {
  return plainLine(subtask === undefined ? task_id : `${task_id}/${subtask}`);
}
