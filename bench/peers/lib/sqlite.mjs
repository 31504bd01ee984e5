import Database from "better-sqlite3";

/** A mailbox in SQLite as it should be: a write-ahead log that is synced at each commit, an id taken once, the answer with the end. */
export function openMailbox(path) {
  const db = new Database(path, { timeout: 10_000 });
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec(`
    create table if not exists task (number integer primary key, id text unique, text text, done integer default 0);
    create table if not exists answer (number integer primary key, id text, text text, taken integer default 0);
    create index if not exists open_task on task (number) where done = 0;
    create index if not exists open_answer on answer (number) where taken = 0;`);
  const insert = db.prepare("insert into task (id, text) values (?, ?) on conflict do nothing");
  const next = db.prepare("select number, id, text from task where done = 0 order by number limit 1");
  const done = db.prepare("update task set done = 1 where number = ? and done = 0");
  const answer = db.prepare("insert into answer (id, text) values (?, ?)");
  const answers = db.prepare("select number, id from answer where taken = 0 order by number");
  const take = db.prepare("update answer set taken = 1 where number = ?");
  return {
    db,
    send: (id, text) => insert.run(id, text),
    next: () => next.get(),
    finish: db.transaction((number, id, text) => {
      if (done.run(number).changes === 1) answer.run(id, text);
    }),
    /** Takes the answers that are there, all in one commit. */
    takeAnswers: () => {
      const found = answers.all();
      if (found.length > 0)
        db.transaction(() => {
          for (const { number } of found) take.run(number);
        })();
      return found.map(({ id }) => id);
    },
  };
}
