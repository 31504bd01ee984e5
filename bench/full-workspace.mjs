import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHost } from "../dist/index.js";
import { fanOut, freshRoot, measure, team } from "./team.mjs";

const NODES = 200;

/**
 * The same job on an empty root and on one whose lead has a long past, in turn, round after round.
 *
 * @returns of the rounds, what `measure` gives: [empty, full]
 */
export async function fullWorkspace({ rounds, archived, finished }) {
  const agents = team(fanOut(NODES));
  const past = await finishedTask();
  const times = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const [index, full] of [false, true].entries()) {
      const root = freshRoot();
      await begin(root, agents);
      if (full) fill(join(root, "lead"), past, archived, finished);
      times[index].push(await measure(agents, { durability: "os", root }));
    }
  }
  return times;
}

/** A host has had these workspaces: it reads through one that none has had, once. */
async function begin(root, agents) {
  const host = await createHost({ root, agents, durability: "os" });
  await host.start();
  await host.stop();
}

/** Messages of a hundred days, whose texts do not matter, and finished tasks. */
function fill(workspace, past, archived, finished) {
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
    const id = String(index).padStart(8, "0");
    const folder = join(workspace, "tasks", id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "task.md"), past.text.replaceAll(past.id, id));
  }
}

/** The `task.md` of a task that was done, as a host left it. */
async function finishedTask() {
  const root = freshRoot();
  await measure({ lead: { brain: () => "done" } }, { durability: "os", root });
  const tasks = join(root, "lead", "tasks");
  const [id] = readdirSync(tasks);
  return { id, text: readFileSync(join(tasks, id, "task.md"), "utf8") };
}
