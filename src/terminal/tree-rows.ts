import { amountsText } from "../cli/render/amounts.ts";
import { plainLine } from "../cli/render/plain.ts";
import { between, elapsed } from "../cli/render/time.ts";
import { SIGNS, signOf } from "../cli/render/tree.ts";
import type { Target, Work } from "./acts.ts";
import type { TreeNode } from "./facts.ts";
import type { Row } from "./rows.ts";
import { line, span, type Tone } from "./styled.ts";
import { age, columnFor, columns, standsText } from "./text.ts";

interface Found {
  node: TreeNode;
  /** The lines of the tree before its name. */
  branch: string;
  target: Target;
  own: Target | undefined;
  above: readonly Target[];
  path: string;
}

/** The tree of a job through all agents, one row a task. */
export function treeRows(root: TreeNode, now: number, screen: number): Row[] {
  const top: Target = { agent: root.agent, task: root.task_id ?? "" };
  const found = [...walk({ node: root, branch: "", target: top, own: top, above: [], path: "/" }, "")];
  const name = columnFor(
    found.map(({ branch, node }) => branch + nameOf(node)),
    Math.max(10, Math.floor(screen * 0.42)),
  );
  const agent =
    screen < 56
      ? 0
      : columnFor(
          found.map(({ node }) => node.agent),
          Math.floor(screen * 0.15),
        );
  return found.map((one) => rowOf(one, { name, agent, now }));
}

function* walk(found: Found, below: string): Generator<Found> {
  yield found;
  const { node, target, own, above, path } = found;
  for (const [at, child] of node.children.entries()) {
    const isLast = at === node.children.length - 1;
    const giver = own ?? target;
    const next: Found = {
      node: child,
      branch: `${below}${isLast ? "└─ " : "├─ "}`,
      target: { agent: giver.agent, task: giver.task, subtask: child.subtask ?? "" },
      own: child.task_id === undefined ? undefined : { agent: child.agent, task: child.task_id },
      above: own === undefined || own === target ? [target, ...above] : [own, target, ...above],
      path: `${path}${child.subtask ?? ""}/`,
    };
    yield* walk(next, `${below}${isLast ? "   " : "│  "}`);
  }
}

function rowOf(found: Found, look: { name: number; agent: number; now: number }): Row {
  const { node, branch, path, own } = found;
  const { sign, format } = SIGNS[signOf(node)];
  const took = between(node.started_at, node.finished_at, look.now);
  const time =
    took === undefined ? "" : node.finished_at === undefined ? age(node.started_at, look.now) : elapsed(took);
  const state = stateOf(node);
  const again = node.attempt > 1 ? `attempt ${node.attempt}` : "";
  const said = plainLine(node.error ?? node.summary ?? node.title, 300);
  return {
    get line() {
      return line(
        span(`${sign} `, format as Tone),
        ...columns(
          [branch + plainLine(nameOf(node)), look.name],
          [node.agent, look.agent, "dim"],
          [time, 7, "dim"],
          [[state, again].filter(Boolean).join("  "), 1],
        ),
        span(`${state === "" && again === "" ? "" : "  "}${said}`, "dim"),
      );
    },
    key: path,
    ...(own === undefined
      ? {}
      : { opens: { view: "task" as const, agent: own.agent, task: own.task, tab: "tree" as const } }),
    work: workOf(found),
    more: moreOf(node),
  };
}

function workOf({ node, target, own, above }: Found): Work {
  const stands = node.status === "done" ? "done" : ENDED.includes(node.status) ? "ended" : "open";
  return { target, above, stands, ...(own === undefined ? {} : { own }) };
}

const ENDED: readonly TreeNode["status"][] = ["failed", "cancelled", "skipped"];

/** What the sign does not say already. */
function stateOf({ status, standing }: TreeNode): string {
  if (standing.state !== "finished") return standsText(standing);
  return status === "done" ? "" : status;
}

function moreOf(node: TreeNode): string[] {
  const { title, standing, error, summary, used, depends_on } = node;
  return [
    title,
    standing.state === "finished" ? "" : standsText(standing),
    error === undefined ? "" : `error: ${error}`,
    summary === undefined ? "" : `result: ${summary}`,
    depends_on.length === 0 ? "" : `after ${depends_on.join(", ")}`,
    used === undefined ? "" : `used ${amountsText(used)}`,
  ].filter((text) => text !== "" && text !== "used ");
}

function nameOf(node: TreeNode): string {
  return node.subtask ?? node.task_id ?? "";
}
