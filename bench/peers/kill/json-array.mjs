import { readFileSync, renameSync, watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { emptyInbox, push, takeUnread } from "../lib/json-array.mjs";
import { BODY } from "../lib/text.mjs";

/** A JSON array in a file: the consumer marks what it takes as read and handles it then. */
export const name = "JSON array + proper-lockfile";
export const about = "not synced";

export async function open(folder) {
  const place = { tasks: join(folder, "tasks.json"), answers: join(folder, "answers.json") };
  const paths = Object.values(place);
  for (const path of paths) await emptyInbox(path);
  const aside = [];
  return {
    place,
    /** A person would have to mend such a file: here it is moved away with what it held, and the work goes on with an empty one. */
    unreadable: async () => {
      for (const path of paths) {
        // The one that holds the lock may be writing just now: one that cannot be read stays so.
        if (readArray(path) !== undefined) continue;
        await pause(100);
        if (readArray(path) !== undefined) continue;
        aside.push(path);
        renameSync(path, `${path}.${aside.length}`);
        await emptyInbox(path);
      }
      return aside.length;
    },
    answers: () => (readArray(place.answers) ?? []).map(({ id }) => id),
    ended: () => ({
      waiting: (readArray(place.tasks) ?? []).filter(({ read }) => !read).map(({ id }) => id),
      unreadable: aside.length,
      failed: 0,
      notes: [],
    }),
    close: () => {},
  };
}

export function writer({ tasks }) {
  return { send: (id) => push(tasks, { id, text: BODY }) };
}

export async function consume({ tasks, answers }, handle) {
  let wake = () => {};
  watch(tasks, () => wake());
  void (async () => {
    for (;;) {
      const messages = await persistently(() => takeUnread(tasks));
      for (const { id } of messages) {
        await handle(id, false);
        await persistently(() => push(answers, { id, text: "result" }));
      }
      if (messages.length > 0) continue;
      await Promise.race([new Promise((resolve) => (wake = resolve)), pause(20)]);
    }
  })();
}

/** A lock that is not to be had, or a file that cannot be read, is tried again. */
async function persistently(work) {
  for (;;) {
    try {
      return await work();
    } catch {
      await pause(20);
    }
  }
}

function readArray(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
