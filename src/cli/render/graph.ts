import type { Graph } from "../../view/task-graph.ts";
import { plainLine } from "./plain.ts";

const COLOURS: Record<string, string> = {
  done: "#c8e6c9",
  failed: "#ffcdd2",
  cancelled: "#e0e0e0",
  skipped: "#e0e0e0",
  dispatched: "#bbdefb",
  pending: "#ffffff",
};

/** Graphviz. Texts stand in quotes, where only the quote and the backslash mean something. */
export function dotText({ task_id, nodes, edges }: Graph): string {
  const quoted = (text: string) => `"${plainLine(text, 80).replace(/["\\]/g, "\\$&")}"`;
  const lines = [`digraph ${quoted(task_id)} {`, "  rankdir=LR;", "  node [shape=box, style=filled];"];
  for (const { id, agent, status } of nodes) {
    lines.push(
      `  ${quoted(id)} [label=${quoted(`${id} (${agent})`)}, fillcolor=${quoted(COLOURS[status] ?? "#ffffff")}];`,
    );
  }
  for (const { from, to, critical } of edges) {
    lines.push(`  ${quoted(from)} -> ${quoted(to)}${critical ? " [penwidth=2]" : ""};`);
  }
  return `${[...lines, "}"].join("\n")}\n`;
}

/** Mermaid. Nodes are numbered, because an id may be a word of the language; in labels everything but plain letters is written by number. */
export function mermaidText({ nodes, edges }: Graph): string {
  const number = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const label = (text: string) =>
    plainLine(text, 80).replace(/[^\p{L}\p{N} .,:_()-]/gu, (character) => `#${character.codePointAt(0)};`);
  const lines = ["flowchart LR"];
  for (const { id, agent, status } of nodes)
    lines.push(`  ${number.get(id)}["${label(`${id} (${agent})`)}"]:::${status}`);
  for (const { from, to, critical } of edges)
    lines.push(`  ${number.get(from)} ${critical ? "==>" : "-->"} ${number.get(to)}`);
  for (const [status, colour] of Object.entries(COLOURS))
    lines.push(`  classDef ${status} fill:${colour},stroke:#555,color:#000`);
  return `${lines.join("\n")}\n`;
}
