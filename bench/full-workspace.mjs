import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHost, submit } from "../dist/index.js";
import { fanOut, freshRoot, measure, team } from "./team.mjs";

const NODES = 200;
/** Of the task that the past is made of; each has another of the same length. */
const LENGTH = 8;

/**
 * The same job on an empty root and on one whose lead has a long past, in turn, round after round.
 *
 * @returns of the rounds, [empty, full]: `seconds` of the job, from its being given to its answer, and `start`, those that opening and starting
 * a host took, nothing else
 */
export async function fullWorkspace({ rounds, archived, finished }) {
  const past = await finishedTask();
  const times = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const [index, full] of [false, true].entries()) {
      const root = freshRoot();
      await started(root);
      if (full) fill(join(root, "lead"), past, archived, finished);
      const start = await started(root);
      times[index].push({ ...(await job(root)), start });
    }
  }
  return times;
}

function job(root) {
  return measure(team(fanOut(NODES)), { durability: "os", root });
}

async function started(root) {
  const begun = performance.now();
  const host = await createHost({ root, agents: team(fanOut(NODES)), durability: "os" });
  await host.start();
  const seconds = (performance.now() - begun) / 1000;
  await host.stop();
  return seconds;
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
    const id = String(index).padStart(LENGTH, "0");
    const folder = join(workspace, "tasks", id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "task.md"), past.text.replaceAll(past.id, id));
  }
}

/** The `task.md` of a task that was done, as a host left it. */
async function finishedTask() {
  const root = freshRoot();
  const host = await createHost({ root, agents: { lead: { brain: () => "done" } }, durability: "os" });
  await host.start();
  const { task_id: id } = await submit(host, "lead", {
    instructions: "Look at the house and say what you see",
  });
  await host.finished("lead", id);
  await host.stop();
  return { id, text: readFileSync(join(root, "lead", "tasks", id, "task.md"), "utf8") };
}
