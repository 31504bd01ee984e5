import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fanOut, freshRoot, measure, team } from "./team.mjs";

const NODES = 200;

/**
 * The same job on an empty root and on one whose lead has a long past, in turn.
 *
 * @returns seconds of the rounds, opening and closing included: [empty, full]
 */
export async function fullWorkspace({ rounds, archived, finished }) {
  const times = [[], []];
  for (let round = 0; round < rounds; round++) {
    times[0].push(await timed(freshRoot()));
    const root = freshRoot();
    fill(join(root, "lead"), archived, finished);
    times[1].push(await timed(root));
  }
  return times;
}

async function timed(root) {
  const begun = performance.now();
  await measure(team(fanOut(NODES)), { durability: "os", root });
  return (performance.now() - begun) / 1000;
}

/** Messages of a hundred days, and tasks, as they would lie there; their texts do not matter. */
function fill(workspace, archived, finished) {
  for (let index = 0; index < archived; index++) {
    const day = join(
      workspace,
      "mailbox",
      "archive",
      "2026",
      "01",
      String((index % 100) + 1).padStart(2, "0"),
    );
    if (index < 100) mkdirSync(day, { recursive: true });
    writeFileSync(join(day, `reply-old.n${index}-1-${String(index).padStart(12, "0")}.md`), "old\n");
  }
  for (let index = 0; index < finished; index++) {
    const folder = join(workspace, "tasks", `old-${index}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "task.md"), "old\n");
  }
}
