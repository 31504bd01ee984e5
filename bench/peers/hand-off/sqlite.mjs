import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openMailbox } from "../lib/sqlite.mjs";
import { BODY } from "../lib/text.mjs";
import { Answers, inLoops } from "./trips.mjs";
import { lookWhenever } from "./wakes.mjs";

/** The log changes before a commit can be seen: this file is touched after it, and wakes whoever looks. */
const BELL = "bell";

/** One database for both. */
export const name = "SQLite WAL";
export const durability = "synchronous=FULL: each commit synced";

export function prepare(folder, stored) {
  const { db } = openMailbox(pathOf(folder));
  const task = db.prepare("insert into task (id, text, done) values (?, ?, 1)");
  const answer = db.prepare("insert into answer (id, text, taken) values (?, 'result', 1)");
  db.transaction(() => {
    for (let index = 0; index < stored; index++) {
      task.run(`old-${index}`, BODY);
      answer.run(`old-${index}`);
    }
  })();
  db.close();
  return folder;
}

export function receive(folder) {
  const mailbox = openMailbox(pathOf(folder));
  const look = () => {
    for (let task = mailbox.next(); task !== undefined; task = mailbox.next()) {
      mailbox.finish(task.number, task.id, "result");
      ring(folder, "answers");
    }
  };
  lookWhenever(folder, look, `${BELL}-tasks`);
}

export function ask(folder, writers, trips) {
  const mailbox = openMailbox(pathOf(folder));
  const answers = new Answers();
  const look = () => {
    for (const id of mailbox.takeAnswers()) answers.came(id);
  };
  lookWhenever(folder, look, `${BELL}-answers`);
  return inLoops(writers, trips, (id) => {
    const answer = answers.to(id);
    mailbox.send(id, BODY);
    ring(folder, "tasks");
    return answer;
  });
}

function ring(folder, what) {
  writeFileSync(join(folder, `${BELL}-${what}`), "!");
}

function pathOf(folder) {
  return join(folder, "mailbox.db");
}
