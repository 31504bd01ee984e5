import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openMailbox } from "../lib/sqlite.mjs";
import { BODY } from "../lib/text.mjs";

/** SQLite: a task's end and its answer are one transaction. */
export const name = "SQLite WAL";
export const about = "synchronous=FULL";

export async function open(folder) {
  const place = join(folder, "mailbox.db");
  openMailbox(place).db.close();
  let damaged = 0;
  const ask = (query) => {
    const { db } = openMailbox(place);
    try {
      return query(db);
    } finally {
      db.close();
    }
  };
  return {
    place,
    unreadable: () => {
      try {
        ask((db) => db.prepare("select count(*) from task").get());
      } catch (error) {
        if (error.code?.startsWith("SQLITE_BUSY")) return damaged;
        damaged++;
      }
      return damaged;
    },
    answers: () => ask((db) => db.prepare("select id from answer").pluck().all()),
    ended: () =>
      ask((db) => {
        const check = db.pragma("integrity_check", { simple: true });
        return {
          waiting: db.prepare("select id from task where done = 0").pluck().all(),
          unreadable: damaged + (check === "ok" ? 0 : 1),
          failed: 0,
          notes: check === "ok" ? [] : [check],
        };
      }),
    close: () => {},
  };
}

export function writer(place) {
  const mailbox = openMailbox(place);
  return { send: (id) => mailbox.send(id, BODY) };
}

export async function consume(place, handle) {
  const mailbox = openMailbox(place);
  void (async () => {
    for (;;) {
      const task = mailbox.next();
      if (task === undefined) {
        await pause(2);
        continue;
      }
      await handle(task.id, false);
      mailbox.finish(task.number, task.id, "result");
    }
  })();
}
