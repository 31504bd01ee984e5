import { standingText } from "../../view/standing.ts";
import type { TreeNode } from "../../view/task-tree.ts";
import type { Paint } from "./paint.ts";
import { columnsOf, cut, padded, plainLine } from "./plain.ts";
import { ago, between, elapsed } from "./time.ts";

export interface TreeLook {
  paint: Paint;
  /** Columns; lines are cut there. */
  width: number;
  /** Lines at most; finished parts are drawn as one line, then what does not fit is counted. Default: all. */
  height?: number;
  /** Milliseconds since 1970. */
  now: number;
}

export type Sign = "done" | "failed" | "stopped" | "running" | "waiting" | "person";

export const SIGNS: Record<Sign, { sign: string; format: Parameters<Paint>[0] }> = {
  done: { sign: "✓", format: "green" },
  failed: { sign: "✗", format: "red" },
  stopped: { sign: "-", format: "dim" },
  running: { sign: "●", format: "cyan" },
  waiting: { sign: "○", format: "dim" },
  person: { sign: "?", format: "yellow" },
};

const LONGEST_NAME = 44;

interface Row {
  branch: string;
  node: TreeNode;
  /** Nodes below that are not drawn. */
  hidden: number;
}

/** The tree as lines, one a node. */
export function treeLines(root: TreeNode, look: TreeLook): string[] {
  const rows = rowsOf(root, "", "", false);
  const height = look.height ?? Number.POSITIVE_INFINITY;
  const shown = rows.length > height ? rowsOf(root, "", "", true) : rows;
  const fitting = shown.length > height ? keepOpen(shown, Math.max(1, height - 1)) : shown;
  const nameWidth = Math.min(LONGEST_NAME, Math.max(...fitting.map((row) => columnsOf(nameOf(row)))));
  const lines = fitting.map((row) => line(row, nameWidth, look));
  const missing = shown.length - fitting.length;
  if (missing > 0) lines.push(look.paint("dim", cut(`  … ${missing} more`, look.width)));
  return lines;
}

/** The tree in fixed lines for a model, indented by level: name, agent, where it stands, what came of it. */
export function treeForAgent(node: TreeNode, now: number, indent = ""): string[] {
  const { standing, attempt } = node;
  const shown =
    "since" in standing && standing.since !== undefined
      ? { ...standing, since: ago(standing.since, now) }
      : standing;
  const state = standing.state === "finished" ? standing.status : standingText(shown);
  const note = node.error ?? node.summary ?? "";
  const line = [
    `${indent}${plainLine(node.subtask ?? node.task_id ?? "")} ${node.agent} ${plainLine(state, 160)}`,
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(note === "" ? [] : [plainLine(note, 120)]),
  ];
  return [line.join(" | "), ...node.children.flatMap((child) => treeForAgent(child, now, `${indent}  `))];
}

function rowsOf(node: TreeNode, branch: string, below: string, folds: boolean): Row[] {
  const folded = folds && branch !== "" && isOver(node) && node.children.length > 0;
  const row = { branch, node, hidden: folded ? count(node) - 1 : 0 };
  if (folded) return [row];
  return [
    row,
    ...node.children.flatMap((child, index) => {
      const last = index === node.children.length - 1;
      return rowsOf(child, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`, folds);
    }),
  ];
}

/** What runs matters most; then the order decides. */
function keepOpen(rows: readonly Row[], height: number): Row[] {
  const kept = new Set(rows.filter(({ branch }) => branch === ""));
  for (const wanted of ["person", "failed", "running", "waiting", "done", "stopped"]) {
    for (const row of rows) if (kept.size < height && signOf(row.node) === wanted) kept.add(row);
  }
  return rows.filter((row) => kept.has(row));
}

function line({ branch, node, hidden }: Row, nameWidth: number, { paint, width, now }: TreeLook): string {
  const { sign, format } = SIGNS[signOf(node)];
  const name = padded(cut(nameOf({ branch, node, hidden }), nameWidth), nameWidth);
  const agent = plainLine(node.agent, 20).padEnd(10);
  const head = `${sign} ${name}  ${agent}  `;
  const tail = cut(tailOf(node, hidden, now), Math.max(0, width - columnsOf(head) - 1));
  return `${paint(format, sign)} ${name}  ${paint("dim", agent)}  ${tail}`.trimEnd();
}

function nameOf({ branch, node }: Row): string {
  return branch + plainLine(node.subtask ?? node.task_id ?? "");
}

function tailOf(node: TreeNode, hidden: number, now: number): string {
  const took = between(node.started_at, node.finished_at, now);
  const parts = [signOf(node) === "waiting" || took === undefined ? "" : elapsed(took), stateOf(node, now)];
  if (node.attempt > 1) parts.push(`attempt ${node.attempt}`);
  if (hidden > 0) parts.push(`${hidden} below`);
  parts.push(plainLine(node.error ?? node.summary ?? node.title, 200));
  return parts.filter((part) => part !== "").join("  ");
}

/** What the sign does not say already. */
function stateOf({ standing }: TreeNode, now: number): string {
  if (standing.state === "finished") return standing.status === "done" ? "" : standing.status;
  if (standing.state === "working") return "working";
  const shown = standing.since === undefined ? standing : { ...standing, since: ago(standing.since, now) };
  return plainLine(standingText(shown));
}

export function signOf({ status, standing }: TreeNode): Sign {
  if (standing.state === "finished" && standing.status === "unfit") return "failed";
  if (status === "done") return "done";
  if (status === "failed") return "failed";
  if (status === "cancelled" || status === "skipped") return "stopped";
  if (standing.state === "waiting" && standing.person === true) return "person";
  return status === "pending" && standing.state === "waiting" ? "waiting" : "running";
}

function isOver(node: TreeNode): boolean {
  const sign = signOf(node);
  return (sign === "done" || sign === "stopped") && node.children.every(isOver);
}

function count(node: TreeNode): number {
  return node.children.reduce((sum, child) => sum + count(child), 1);
}
