import { watch } from "node:fs";

/** Milliseconds after which a look is due whatever the watcher says. */
const POLL = 50;

/** Runs `look` at once and whenever something happens to a file of `folder`, or to the one of that name; one look at a time. */
export function lookWhenever(folder, look, name) {
  let again = true;
  let running = false;
  const run = async () => {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      await look();
    }
    running = false;
  };
  watch(folder, (_, changed) => {
    if (name === undefined || name === changed) void run();
  });
  setInterval(run, POLL);
  void run();
}
