import { linkSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freshRoot } from "./team.mjs";

/**
 * The file operations that a node of a fan-out cannot do without, and nothing else: a TASK and a REPLY (each staged, linked into an
 * inbox, moved to an outbox, archived), and the folder, the task.md and the record of the call of the one who does it.
 *
 * @returns microseconds a node.
 */
export function fileFloor(nodes) {
  const root = freshRoot();
  for (const name of ["tmp", "inbox", "outbox", "archive", "tasks"]) mkdirSync(join(root, name));
  const text = "x".repeat(700);
  const begun = performance.now();
  for (let node = 0; node < nodes; node++) {
    for (const kind of ["task", "reply"]) {
      const name = `${kind}-${node}.md`;
      writeFileSync(join(root, "tmp", name), text, { flag: "wx" });
      linkSync(join(root, "tmp", name), join(root, "inbox", name));
      renameSync(join(root, "tmp", name), join(root, "outbox", name));
      renameSync(join(root, "inbox", name), join(root, "archive", name));
    }
    const folder = join(root, "tasks", String(node));
    mkdirSync(folder);
    mkdirSync(join(folder, "calls"));
    writeFileSync(join(root, "tmp", `${node}`), text, { flag: "wx" });
    renameSync(join(root, "tmp", `${node}`), join(folder, "task.md"));
    writeFileSync(join(folder, "calls", "1.json"), text, { flag: "wx" });
  }
  return ((performance.now() - begun) * 1000) / nodes;
}
