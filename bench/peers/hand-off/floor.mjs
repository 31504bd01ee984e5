import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { BODY } from "../lib/text.mjs";
import { Answers, inLoops } from "./trips.mjs";
import { lookWhenever } from "./wakes.mjs";

/** Nothing but the files: a message is staged, synced, linked into an inbox whose folder is synced, read, answered alike and archived. */
export const name = "the bare floor";
export const durability = "each file and its folder synced";
export const manyFiles = true;

export function prepare(folder, stored) {
  for (const agent of ["asker", "receiver"]) {
    for (const kind of ["tmp", "inbox", "archive"]) mkdirSync(join(folder, agent, kind), { recursive: true });
    for (let index = 0; index < stored; index++)
      writeFileSync(join(folder, agent, "archive", `old-${index}.md`), "old\n");
  }
  return folder;
}

export function receive(root) {
  const publish = publisherTo(join(root, "asker"));
  const own = join(root, "receiver");
  lookWhenever(join(own, "inbox"), () => {
    for (const [name, id] of messagesIn(own)) {
      publish(id, "result");
      archive(own, name);
    }
  });
}

export function ask(root, writers, trips) {
  const publish = publisherTo(join(root, "receiver"));
  const own = join(root, "asker");
  const answers = new Answers();
  lookWhenever(join(own, "inbox"), () => {
    for (const [name, id] of messagesIn(own)) {
      archive(own, name);
      answers.came(id);
    }
  });
  return inLoops(writers, trips, (id) => {
    const answer = answers.to(id);
    publish(id, BODY);
    return answer;
  });
}

function publisherTo(mailbox) {
  const inbox = join(mailbox, "inbox");
  const folder = openSync(inbox, "r");
  return (id, text) => {
    const staged = join(mailbox, "tmp", id);
    const file = openSync(staged, "wx");
    writeSync(file, `---\nid: ${id}\n---\n${text}`);
    fsyncSync(file);
    closeSync(file);
    linkSync(staged, join(inbox, `${id}.md`));
    fsyncSync(folder);
    unlinkSync(staged);
  };
}

function messagesIn(mailbox) {
  return readdirSync(join(mailbox, "inbox")).map((name) => {
    const text = readFileSync(join(mailbox, "inbox", name), "utf8");
    return [name, /^id: (.+)$/m.exec(text)[1]];
  });
}

function archive(mailbox, name) {
  renameSync(join(mailbox, "inbox", name), join(mailbox, "archive", name));
}
