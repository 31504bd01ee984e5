import { formatDuration, parseDuration } from "../protocol/duration.ts";
import { shortHash } from "../protocol/ids.ts";
import type { Notice, NoticeKind, NotifyRule, NotifyTarget } from "../protocol/notify.ts";
import { quietUntil } from "./quiet.ts";

/** Where a person is told. Rules with the same target share one: an event is told there once. */
export interface NotifyPlace {
  /** The same in every process, such as `webhook-3f9a01bc`. */
  id: string;
  target: NotifyTarget;
}

/** A rule, its defaults filled in. */
export interface Rule {
  kinds: ReadonlySet<NoticeKind>;
  /** Milliseconds; absent: `stuck` is not asked for. */
  stuck?: number;
  /** Of 100; absent: `budget` is not asked for. */
  budget?: number;
  agents?: ReadonlySet<string>;
  tasks: "jobs" | "all" | readonly RegExp[];
  quiet?: string;
  place: NotifyPlace;
}

/** Whose task something is about. */
export interface Whose {
  agent: string;
  task?: string | undefined;
  job?: string | undefined;
  isJob: boolean;
}

const STUCK = "30m";
const BUDGET = "80%";

export function readRules(rules: readonly NotifyRule[]): Rule[] {
  return rules.map(({ on, agents, tasks, quiet, to }) => {
    const kinds = new Set<NoticeKind>();
    const rule: Rule = {
      kinds,
      tasks: tasksOf(tasks, agents),
      place: placeOf(to),
      ...(agents === undefined ? {} : { agents: new Set(agents) }),
      ...(quiet === undefined ? {} : { quiet }),
    };
    for (const event of on) {
      if (event === "stuck" || (typeof event === "object" && "stuck" in event)) {
        kinds.add("stuck");
        rule.stuck = parseDuration(event === "stuck" ? STUCK : event.stuck);
      } else if (event === "budget" || typeof event === "object") {
        kinds.add("budget");
        rule.budget = Number.parseInt(event === "budget" ? BUDGET : event.budget, 10);
      } else kinds.add(event);
    }
    return rule;
  });
}

/** Every place of these rules once. */
export function placesOf(rules: readonly Rule[]): NotifyPlace[] {
  return [...new Map(rules.map(({ place }) => [place.id, place])).values()];
}

/** Whether a rule asks for this kind of event of that task. What needs a person is told at any level, the rest of jobs unless the rule says so. */
export function concerns(rule: Rule, kind: NoticeKind, { agent, task, job, isJob }: Whose): boolean {
  if (!rule.kinds.has(kind) || rule.agents?.has(agent) === false) return false;
  if (rule.tasks === "all") return true;
  if (rule.tasks === "jobs") return isJob || kind === "needs-you";
  const names = kind === "needs-you" ? [task, job] : [task];
  return rule.tasks.some((pattern) => names.some((name) => name !== undefined && pattern.test(name)));
}

/** Whether a rule asks for this. A job that failed needs a person, and is finished as well. */
export function wants(rule: Rule, notice: Notice): boolean {
  const { agent, task, job, kind, limit } = notice;
  const whose = { agent, task, job, isJob: task !== undefined && task === job };
  if (kind === "stuck") return concerns(rule, kind, whose) && limit === formatDuration(rule.stuck ?? 0);
  if (kind === "budget") return concerns(rule, kind, whose) && limit?.startsWith(`${rule.budget}% `) === true;
  if (kind !== "failed") return concerns(rule, kind, whose);
  const asNeed = notice.problem !== undefined && concerns(rule, "needs-you", whose);
  return asNeed || concerns(rule, "failed", whose) || concerns(rule, "finished", whose);
}

/** Until when it is held back: what one of the rules lets through passes. `undefined`: it is told now. */
export function heldUntil(rules: readonly Rule[], now: number): number | undefined {
  let until: number | undefined;
  for (const { quiet } of rules) {
    const end = quiet === undefined ? undefined : quietUntil(quiet, now);
    if (end === undefined) return undefined;
    until = Math.min(until ?? end, end);
  }
  return until;
}

export function placeOf(target: NotifyTarget): NotifyPlace {
  if (target === "desktop") return { id: "desktop", target };
  const [kind, where] =
    "command" in target
      ? ["command", JSON.stringify(target.command)]
      : "webhook" in target
        ? ["webhook", target.webhook]
        : ["openclaw", target.openclaw];
  return { id: `${kind}-${shortHash([where], 8)}`, target };
}

function tasksOf(tasks: NotifyRule["tasks"], agents: NotifyRule["agents"]): Rule["tasks"] {
  if (tasks === undefined) return agents === undefined ? "jobs" : "all";
  return typeof tasks === "string" ? tasks : tasks.map(patternOf);
}

/** `*` stands for anything but a dot, which stands before each level of an id; `**` for anything. */
function patternOf(text: string): RegExp {
  const parts = text.split(/(\*+)/).map((part) => {
    if (part === "*") return "[^.]*";
    return part.startsWith("*") ? ".*" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}
