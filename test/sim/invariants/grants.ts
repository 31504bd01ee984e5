import { AMOUNT_KINDS, type Amounts, addAmounts } from "../../../src/protocol/amounts.ts";
import type { Task } from "../../../src/protocol/task.ts";
import type { Commit, Fault, Step } from "./book.ts";

/** A sum of shares may be off by their rounding. */
const TOLERANCE = 1e-3;
const MOST_VISITS = 2;

/** Grants of subtasks and own use never exceed the grant; depth and path never their limits. */
export function checkGrants({ before, after, commit, book }: Step, fault: Fault): void {
  if (before === undefined || before.budget === after.budget) checkSum(after, fault);
  if (before !== undefined) checkUnreported(before, after, fault);
  for (const { message } of commit.sent) {
    if (message.type !== "task" || message.task_id !== after.task_id) continue;
    checkGranted(message.subtask_id ?? "", after, commit, fault);
    // A peer of version 1 is told of no levels.
    if (message.version === 1) continue;
    const { depth = -1, path = [] } = message.trace ?? {};
    if (depth !== after.trace.depth + 1)
      fault(`${message.id} is at level ${depth}, its task at ${after.trace.depth}`);
    if (depth > book.rules.depth)
      fault(`${message.id} is at level ${depth}, the limit is ${book.rules.depth}`);
    if (path.join(" ") !== [...after.trace.path, message.to].join(" "))
      fault(`the path of ${message.id} is ${path}`);
    if (path.some((id) => path.filter((other) => other === id).length > MOST_VISITS))
      fault(`an agent stands too often on the path of ${message.id}: ${path}`);
  }
}

/** What an attempt was granted that is given up before it reported counts as used. */
function checkUnreported(before: Task, after: Task, fault: Fault): void {
  for (const [id, was] of before.subtasks) {
    const now = after.subtasks.get(id);
    if (was.status !== "dispatched" || was.agent === "self" || now === undefined || now.reply !== was.reply)
      continue;
    if (now.status === "dispatched" && now.attempt === was.attempt) continue;
    const spent = addAmounts(was.used ?? {}, was.granted);
    for (const kind of AMOUNT_KINDS)
      if ((now.used?.[kind] ?? 0) + TOLERANCE < (spent[kind] ?? 0))
        fault(
          `attempt ${was.attempt} of ${id} never reported, but of its ${kind} only ${now.used?.[kind]} count`,
        );
  }
}

/** The brains of these agents never use more than they have. */
function checkSum({ budget, used, subtasks, status }: Task, fault: Fault): void {
  if (budget === undefined || status === "failed") return;
  let sum: Amounts = { ...used, tasks: 1 };
  for (const { granted, used: spent } of subtasks.values()) sum = addAmounts(addAmounts(sum, granted), spent);
  for (const kind of AMOUNT_KINDS) {
    const most = budget[kind];
    // Time is what it takes.
    if (most === undefined || kind === "seconds") continue;
    if ((sum[kind] ?? 0) > most + TOLERANCE)
      fault(`${sum[kind]} ${kind} are granted or used, the budget is ${most}`);
  }
}

/** A TASK says of the budget what was reserved for it. */
function checkGranted(id: string, { budget, subtasks }: Task, { sent }: Commit, fault: Fault): void {
  const subtask = subtasks.get(id);
  const message = sent.find((one) => one.message.id === subtask?.message)?.message;
  if (budget === undefined || subtask === undefined || message?.type !== "task") return;
  if (subtask.status === "dispatched" && JSON.stringify(message.budget) !== JSON.stringify(subtask.granted))
    fault(
      `${id} is granted ${JSON.stringify(message.budget)}, reserved is ${JSON.stringify(subtask.granted)}`,
    );
}
