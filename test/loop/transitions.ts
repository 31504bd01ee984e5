import type { SubtaskStatus, TaskStatus } from "../../src/protocol/task.ts";
import { saveOf } from "./editing.ts";
import { control, outcomeFrom, plan, replyTo, taskFrom } from "./letters.ts";
import { executingForHuman, finishAll } from "./scenes.ts";
import { Station } from "./station.ts";

/** A way to each transition: the last step of each makes it, or passes through it. */
export type Transitions<Status extends string> = Partial<Record<`${Status} → ${Status}`, () => Station>>;

const cancel = control.bind(undefined, "cancel");
const byHand = (over = {}) => outcomeFrom("human", "results", "By hand", over);
const fault = { error: "E_BRAIN: no" };
const asked = (options?: ConstructorParameters<typeof Station>[0], approval?: "always"): Station => {
  const station = new Station(options);
  station.deliver(taskFrom("human", { deadline_in: 60_000, ...(approval && { policy: { approval } }) }));
  return station;
};
const executing = () => executingForHuman();
const aggregating = () => finishAll(executing());
const then = (station: Station, act: (station: Station) => unknown): Station => {
  act(station);
  return station;
};
const started = () =>
  then(asked(), (s) =>
    s.step("job", { type: "started", question: s.asks[0]?.question.question ?? "", pid: 7, started: "then" }),
  );
const refused = () => then(asked(), (s) => s.answer(plan({ a: "nobody" })));
const waitsForApproval = () => then(asked({}, "always"), (s) => s.answer(plan({ a: "reader" })));
const retry = (subtask_id?: string) => control("retry", subtask_id === undefined ? {} : { subtask_id });

export const TASK_TRANSITIONS: Transitions<TaskStatus> = {
  "pending → in-progress": started,
  "pending → planning": refused,
  "in-progress → planning": () => then(started(), (s) => s.answer(plan({ a: "nobody" }))),
  "planning → executing": () => then(waitsForApproval(), (s) => s.deliver(control("approve"))),
  "executing → aggregating": aggregating,
  "pending → done": () => then(asked(), (s) => s.answer({ results: "R" })),
  "in-progress → done": () => then(started(), (s) => s.answer({ results: "R" })),
  "planning → done": () => then(refused(), (s) => s.answer({ results: "R" })),
  "executing → done": () => then(executing(), (s) => s.deliver(byHand())),
  "aggregating → done": () => then(aggregating(), (s) => s.answer({ results: "R" })),
  "pending → failed": () => then(asked(), (s) => s.answer(fault)),
  "in-progress → failed": () => then(started(), (s) => s.answer(fault)),
  "planning → failed": () => then(refused(), (s) => s.answer(plan({ a: "nobody" }))),
  "executing → failed": () => then(executing(), (s) => s.deliver(replyTo(s.taskOf("a"), fault))),
  "aggregating → failed": () => then(aggregating(), (s) => s.answer(fault)),
  "pending → cancelled": () => then(asked(), (s) => s.deliver(cancel())),
  "in-progress → cancelled": () => then(started(), (s) => s.deliver(cancel())),
  "planning → cancelled": () => then(refused(), (s) => s.deliver(cancel())),
  "executing → cancelled": () => then(executing(), (s) => s.deliver(cancel())),
  "aggregating → cancelled": () => then(aggregating(), (s) => s.deliver(cancel())),
  "aggregating → executing": () => then(aggregating(), (s) => s.deliver(retry("a"))),
  "done → executing": () => then(aggregating(), (s) => [s.answer({ results: "R" }), s.deliver(retry("a"))]),
  "failed → executing": () => then(aggregating(), (s) => [s.answer(fault), s.deliver(retry("a"))]),
  "cancelled → executing": () => then(executing(), (s) => [s.deliver(cancel()), s.deliver(retry())]),
  "failed → pending": () => then(asked(), (s) => [s.answer(fault), s.deliver(retry())]),
  "cancelled → pending": () => then(asked(), (s) => [s.deliver(cancel()), s.deliver(retry())]),
  "failed → planning": () => then(waitsForApproval(), (s) => [s.pass(60_000), s.deliver(retry())]),
  "cancelled → planning": () => then(waitsForApproval(), (s) => [s.deliver(cancel()), s.deliver(retry())]),
};

const tolerant = () =>
  executingForHuman(plan({ a: "reader", b: ["writer", "a"] }, { on_failure: "continue" }));

/** a failed, and the task is held. */
const heldFailed = () => then(executing(), (s) => s.deliver(control("pause"), replyTo(s.taskOf("a"), fault)));
/** a failed and b is skipped, c is under way. */
const skipped = () =>
  then(
    executingForHuman(plan({ a: "reader", b: ["writer", "a"], c: "reader" }, { on_failure: "continue" })),
    (s) => s.deliver(replyTo(s.taskOf("a"), fault)),
  );

export const SUBTASK_TRANSITIONS: Transitions<SubtaskStatus> = {
  "pending → dispatched": () => then(executing(), (s) => s.deliver(replyTo(s.taskOf("a"), { results: "A" }))),
  "pending → failed": () =>
    then(executing(), (s) => s.deliver(outcomeFrom("human", "error", "no", { subtask_id: "b" }))),
  "pending → skipped": () => then(tolerant(), (s) => s.deliver(replyTo(s.taskOf("a"), fault))),
  "pending → cancelled": () => then(executing(), (s) => s.deliver(cancel({ subtask_id: "b" }))),
  "pending → done": () => then(executing(), (s) => s.deliver(byHand({ subtask_id: "b" }))),
  "dispatched → done": () => then(executing(), (s) => s.deliver(replyTo(s.taskOf("a"), { results: "A" }))),
  "dispatched → failed": () => then(tolerant(), (s) => s.deliver(replyTo(s.taskOf("a"), fault))),
  "dispatched → pending": () =>
    then(executingForHuman(plan({ a: { max_attempts: 2 } })), (s) =>
      s.deliver(replyTo(s.taskOf("a"), fault)),
    ),
  "dispatched → cancelled": () => then(executing(), (s) => s.deliver(cancel({ subtask_id: "c" }))),
  "failed → done": () => then(heldFailed(), (s) => saveOf(s, "a", { status: "done", results: "By hand" })),
  "cancelled → done": () =>
    then(executing(), (s) => [
      s.deliver(cancel({ subtask_id: "b" })),
      saveOf(s, "b", { status: "done", results: "By hand" }),
    ]),
  "skipped → done": () => then(skipped(), (s) => saveOf(s, "b", { status: "done", results: "By hand" })),
  "failed → cancelled": () => then(heldFailed(), (s) => saveOf(s, "a", { status: "cancelled" })),
  "skipped → cancelled": () => then(skipped(), (s) => saveOf(s, "b", { status: "cancelled" })),
  "done → pending": () =>
    then(executing(), (s) => [
      s.deliver(replyTo(s.taskOf("a"), { results: "A" })),
      s.deliver(replyTo(s.taskOf("b"), { results: "B" })),
      s.deliver(retry("a")),
    ]),
  "failed → pending": () =>
    then(executing(), (s) => [
      s.deliver(control("pause")),
      s.deliver(replyTo(s.taskOf("a"), fault)),
      s.deliver(retry("a")),
    ]),
  "cancelled → pending": () => then(executing(), (s) => [s.deliver(cancel()), s.deliver(retry())]),
  "skipped → pending": () =>
    then(tolerant(), (s) => [s.deliver(replyTo(s.taskOf("a"), fault)), s.deliver(retry("a"))]),
};
