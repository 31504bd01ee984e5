import type { Phase } from "../../src/loop/phase.ts";
import type { TaskMessage } from "../../src/protocol/message.ts";
import { plan, replyTo, taskFrom } from "./letters.ts";
import { Station, type StationOptions } from "./station.ts";

/** A TASK of another agent. */
export function fromBoss(over: Parameters<typeof taskFrom>[1] = {}): TaskMessage {
  const trace = { root: "root", depth: 1, path: ["boss", "lead"] };
  return taskFrom("boss", { task_id: "root", subtask_id: "part", trace, ...over });
}

/** A station with the boss's task in it, asked to consider it. */
export function considering(options?: StationOptions, over?: Parameters<typeof taskFrom>[1]): Station {
  const station = new Station(options);
  station.deliver(fromBoss(over));
  return station;
}

/** a and c are dispatched, b depends on a. */
export const PLAN = plan({ a: "reader", b: ["writer", "a"], c: "reader" });

export function executing(
  outcome = PLAN,
  options?: StationOptions,
  over?: Parameters<typeof taskFrom>[1],
): Station {
  const station = considering(options, over);
  station.answer(outcome);
  return station;
}

/** A task of a person with that plan under way. */
export function executingForHuman(outcome = PLAN, options?: StationOptions): Station {
  const station = new Station(options);
  station.deliver(taskFrom("human"));
  station.answer(outcome);
  return station;
}

/** Replies to the subtasks that are dispatched until none is. */
export function finishAll(station: Station): Station {
  for (;;) {
    const open = [...station.task().subtasks].filter(([, { status }]) => status === "dispatched");
    if (open.length === 0) return station;
    station.deliver(...open.map(([id]) => replyTo(station.taskOf(id), { results: `Result of ${id}` })));
  }
}

/** A station whose task stands there. */
export const SCENES: Record<Phase, () => Station> = {
  absent: () => new Station(),
  considering: () => considering(),
  waiting: () => {
    const station = considering();
    station.answer({ ask: "Which folder?" });
    return station;
  },
  executing: () => executing(),
  aggregating: () => finishAll(executing()),
  final: () => {
    const station = considering();
    station.answer({ results: "Done" });
    return station;
  },
};
