import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { push, takeUnread } from "../lib/json-array.mjs";
import { BODY } from "../lib/text.mjs";
import { Answers, inLoops } from "./trips.mjs";
import { lookWhenever } from "./wakes.mjs";

const NAME = "inbox.json";

/** An array of tasks and one of answers, each looked into when its file changes. */
export const name = "JSON array + proper-lockfile";
export const durability = "none: nothing synced";

export function prepare(folder, stored) {
  const old = Array.from({ length: stored }, (_, index) => ({ id: `old-${index}`, text: BODY, read: true }));
  for (const path of [tasksIn(folder), answersIn(folder)]) {
    mkdirSync(join(path, ".."));
    writeFileSync(path, `${JSON.stringify(old, null, 2)}\n`);
  }
  return folder;
}

export function receive(folder) {
  const look = async () => {
    for (const { id } of await persistently(() => takeUnread(tasksIn(folder))))
      await persistently(() => push(answersIn(folder), { id, text: "result" }));
  };
  lookWhenever(join(folder, "tasks"), look, NAME);
}

export function ask(folder, writers, trips) {
  const answers = new Answers();
  const failed = () => trips.failed++;
  const look = async () => {
    for (const { id } of await persistently(() => takeUnread(answersIn(folder)), failed)) answers.came(id);
  };
  lookWhenever(join(folder, "answers"), look, NAME);
  return inLoops(writers, trips, async (id) => {
    const answer = answers.to(id);
    await persistently(() => push(tasksIn(folder), { id, text: BODY }), failed);
    return answer;
  });
}

/** A lock that is not to be had in its ten tries is a failure, which the caller would see; here it tries again. */
async function persistently(work, failed = () => {}) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error.code !== "ELOCKED") throw error;
      failed();
      await pause(5);
    }
  }
}

function tasksIn(folder) {
  return join(folder, "tasks", NAME);
}

function answersIn(folder) {
  return join(folder, "answers", NAME);
}
