import type { Log, Tree } from "../../../api-types.ts";
import { shortText } from "../../parts/format.ts";
import { withoutYaml } from "../without-yaml.ts";

/** Milliseconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

/** Something that was said or decided. */
export interface Mark {
  at: number;
  kind: "control" | "decision" | "said" | "turn" | "problem";
  text: string;
  /** Its message. */
  message?: string;
}

/** What a task was doing when, as far as the files say. */
export interface Bar {
  key: string;
  node: Tree;
  depth: number;
  /** It was planned, and not sent yet. */
  held?: Span;
  /** It was sent, and not begun. */
  inbox?: Span;
  /** From its sending to its end, or until now. */
  open?: Span;
  isOver: boolean;
  /** A brain worked on it. */
  thinking: Span[];
  marks: Mark[];
}

export interface Timeline extends Span {
  bars: Bar[];
}

/** @param now of what is not over */
export function timelineOf(tree: Tree, log: Log, now: number): Timeline {
  const facts = factsOf(log);
  const bars: Bar[] = [];
  const add = (node: Tree, key: string, depth: number, above: Tree | undefined) => {
    bars.push(barOf(node, key, depth, above, facts, now));
    for (const child of node.children)
      add(child, key === "" ? `${child.subtask}` : `${key}/${child.subtask}`, depth + 1, node);
  };
  add(tree, "", 0, undefined);
  const times = bars.flatMap(({ held, open, marks }) => [
    ...(held === undefined ? [] : [held.from]),
    ...(open === undefined ? [] : [open.from, open.to]),
    ...marks.map(({ at }) => at),
  ]);
  const from = minOf(times) ?? now;
  return { from, to: Math.max(maxOf(times) ?? now, from + 1), bars };
}

interface Facts {
  /** When an agent began a task. */
  created: Map<string, number>;
  thinking: Map<string, Span[]>;
  /** Of a task's first plan, where there was one alone: of several nobody can say which one a subtask came with. */
  planned: Map<string, number>;
  marks: Map<string, Mark[]>;
}

const localKey = (agent: string, task: string | undefined) => `${agent} ${task ?? ""}`;
const workKey = (task: string | undefined, subtask: string | undefined) => `${task ?? ""}/${subtask ?? ""}`;

function factsOf(log: Log): Facts {
  const facts: Facts = { created: new Map(), thinking: new Map(), planned: new Map(), marks: new Map() };
  const plans = new Map<string, number[]>();
  const seen = new Set<string>();
  for (const event of log) {
    const at = Date.parse(event.time);
    if (Number.isNaN(at)) continue;
    if (event.event === "task:created") facts.created.set(localKey(event.agent, event.task), at);
    if (event.event === "brain:called")
      push(facts.thinking, localKey(event.agent, event.task), { from: at - event.duration, to: at });
    if (event.event === "outcome:recorded" && event.outcome === "plan" && event.subtask === undefined)
      push(plans, localKey(event.agent, event.task), at);
    const mark = markOf(event, at);
    if (mark === undefined || (mark.message !== undefined && seen.has(mark.message))) continue;
    if (mark.message !== undefined) seen.add(mark.message);
    push(facts.marks, workKey(event.task, "subtask" in event ? event.subtask : undefined), mark);
  }
  for (const [key, [first, ...more]] of plans)
    if (first !== undefined && more.length === 0) facts.planned.set(key, first);
  return facts;
}

function markOf(event: Log[number], at: number): Mark | undefined {
  const message = "message" in event && event.message !== undefined ? { message: event.message } : {};
  switch (event.event) {
    case "control:sent":
    case "control:received":
      return { at, kind: "control", text: withText(event.control, event.text), ...message };
    case "progress:sent":
    case "progress:received":
      return { at, kind: "said", text: event.note, ...message };
    case "outcome:received":
      return { at, kind: "decision", text: `${event.outcome}, by message`, ...message };
    case "outcome:recorded":
      return event.outcome === "results"
        ? undefined
        : { at, kind: "decision", text: event.outcome, ...message };
    case "task:sent":
      return event.attempt < 2
        ? undefined
        : { at, kind: "said", text: `attempt ${event.attempt}`, ...message };
    case "task:waiting":
      return { at, kind: "turn", text: withText(`a person is asked (${event.for})`, event.text) };
    case "edit:problem":
      return { at, kind: "problem", text: "an edit was not taken" };
    case "message:dead":
      return { at, kind: "problem", text: event.reason, ...message };
    default:
      return undefined;
  }
}

function withText(what: string, text: string | undefined): string {
  return text === undefined || text === "" ? what : `${what}: ${shortText(withoutYaml(text), 200)}`;
}

function barOf(
  node: Tree,
  key: string,
  depth: number,
  above: Tree | undefined,
  facts: Facts,
  now: number,
): Bar {
  const own = localKey(node.agent, node.task_id);
  const start = timeOf(node.started_at);
  const end = timeOf(node.finished_at);
  const isOver = end !== undefined;
  const bar: Bar = {
    key,
    node,
    depth,
    isOver,
    thinking: facts.thinking.get(own) ?? [],
    marks: marksOf(node, above, facts),
  };
  const planned = above === undefined ? undefined : facts.planned.get(localKey(above.agent, above.task_id));
  if (planned !== undefined) {
    const until = start ?? end ?? now;
    if (until > planned) bar.held = { from: planned, to: until };
  }
  if (start === undefined) return bar;
  bar.open = { from: start, to: Math.max(start, end ?? now) };
  const begun = node.task_id === undefined ? undefined : facts.created.get(own);
  const isWaiting = node.task_id === undefined && node.standing.state === "delivered";
  const until = begun ?? (isWaiting ? bar.open.to : undefined);
  if (above !== undefined && until !== undefined && until > start)
    bar.inbox = { from: start, to: Math.min(until, bar.open.to) };
  return bar;
}

function marksOf(node: Tree, above: Tree | undefined, { marks }: Facts): Mark[] {
  const own = marks.get(workKey(node.task_id, undefined)) ?? [];
  const given = above === undefined ? [] : (marks.get(workKey(above.task_id, node.subtask)) ?? []);
  return [...own, ...given].sort((a, b) => a.at - b.at);
}

/** Of all spans together, without what they share; milliseconds. */
export function totalOf(spans: readonly Span[]): number {
  let total = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return total;
}

const STEPS = [
  100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3,
  14400e3, 21600e3, 43200e3, 86400e3,
];

/** Round times after the beginning, in milliseconds, `most` or a few fewer. */
export function ticksOf(length: number, most: number): number[] {
  const days = 86400e3;
  const step = STEPS.find((one) => length / one <= most) ?? Math.ceil(length / most / days) * days;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, place) => place * step);
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function timeOf(iso: string | undefined): number | undefined {
  const time = Date.parse(iso ?? "");
  return Number.isNaN(time) ? undefined : time;
}

function minOf(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
}

function maxOf(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b));
}
