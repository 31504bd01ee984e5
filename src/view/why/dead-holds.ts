import { join } from "node:path";
import { type PartialEnvelope, parseEnvelope } from "../../protocol/parse-envelope.ts";
import { unlessMissing } from "../../store/disk-error.ts";
import { reasonPath } from "../../store/layout.ts";
import { isLetterName } from "../letters.ts";
import { readText } from "../read-text.ts";
import type { RootView } from "../root-view.ts";
import { given, type Hold } from "./hold.ts";

/** Dead letters of each agent by the task that they name; each is read once, when a task of that agent is looked at. */
export type DeadLetters = (
  agent: string,
) => ReadonlyMap<string, { name: string; envelope: PartialEnvelope }[]>;

export function deadLetters(view: RootView): DeadLetters {
  const known = new Map<string, ReturnType<DeadLetters>>();
  return (agent) => {
    const before = known.get(agent);
    if (before !== undefined) return before;
    const found = new Map<string, { name: string; envelope: PartialEnvelope }[]>();
    known.set(agent, found);
    const paths = view.paths(agent);
    if (paths === undefined) return found;
    for (const name of view.mail(agent)?.dead ?? []) {
      if (!isLetterName(name)) continue;
      const bytes = unlessMissing(() => view.disk.read(join(paths.dead, name)));
      const envelope = parseEnvelope(bytes ?? new Uint8Array());
      const id = envelope.task_id ?? "";
      found.set(id, [...(found.get(id) ?? []), { name, envelope }]);
    }
    return found;
  };
}

/**
 * What was sent about this task and could not be handled: results and plans, or replies of its subtasks. A control that came at the wrong
 * time holds nothing back.
 */
export function deadHolds(view: RootView, dead: DeadLetters, agent: string, task_id: string): Hold[] {
  const letters = (dead(agent).get(task_id) ?? []).filter(
    ({ envelope: { type, from } }) =>
      (type === "task" && from === "human") || type === "outcome" || type === "reply",
  );
  return letters.map(({ name, envelope }) => deadHold(view, agent, name, { agent, task_id }, envelope));
}

/** @param agent in whose `dead/` it lies */
export function deadHold(
  view: RootView,
  agent: string,
  name: string,
  at: Pick<Hold, "agent" | "task_id" | "subtask">,
  { type, subtask_id }: PartialEnvelope = {},
): Hold {
  const paths = view.paths(agent);
  const path = paths === undefined ? "" : join(paths.dead, name);
  const reason = (path === "" ? undefined : readText(view.disk, reasonPath(path)))?.trim();
  const since = path === "" ? undefined : view.disk.stat(path)?.mtimeMs;
  return {
    ...given("subtask", subtask_id),
    ...at,
    cause: "dead-letter",
    file: `mailbox/dead/${name}`,
    ...given("type", type),
    what: `${agent} could not handle ${name}: ${reason || "no reason is given"}`,
    ...given("since", since === undefined ? undefined : new Date(since).toISOString()),
    command: `clawflow dead requeue ${name} --agent ${agent}`,
  };
}
