// A root with the jobs of the pictures, each where the picture wants it; made by a real host whose brains are functions.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { functionBrain } from "../../dist/brain/function-brain.js";
import { personBrain } from "../../dist/brain/person-brain.js";
import { handIn, taskOfPerson } from "../../dist/host/submit.js";
import { createHost } from "../../dist/index.js";
import { AGENTS, ANSWERS, GIVEN } from "./jobs.mjs";

/** @returns the running host; what is held goes on until it stops */
export async function demoHost(root, clock) {
  const held = new Set();
  const brain = (question, { signal }) => answer(question, signal, clock, held);
  const agents = Object.fromEntries(
    Object.entries(AGENTS).map(([id, { person, ...agent }]) => [
      id,
      {
        ...agent,
        concurrency: 4,
        brain: person === undefined ? functionBrain(brain, id, clock.now) : personBrain(person),
      },
    ]),
  );
  const host = await createHost({ root, agents, durability: "os", look: 50 });
  await host.start();
  for (const { id, title, instructions, pause } of GIVEN) {
    const message = taskOfPerson("editor", { title, instructions }, new Date().toISOString());
    await handIn(host, "editor", { ...message, task_id: id, id: `h-${id}` });
    await untilAtRest(() => isSettled(root, id, held));
    await clock.sleep(pause);
  }
  return host;
}

async function answer({ kind, task, results }, signal, clock, held) {
  if (kind === "synthesise") {
    await clock.sleep(9);
    const texts = Object.values(results ?? {}).map((part) => part.results);
    return { results: texts.at(-1) ?? "", used: { tokens: 3000, usd: 0.03 } };
  }
  const { seconds = 5, tokens, hold, ...told } = ANSWERS[task.title] ?? { results: "done" };
  if (hold === true) {
    held.add(task.title);
    await new Promise((over) => signal.addEventListener("abort", over));
    return { error: "stopped" };
  }
  await clock.sleep(seconds);
  const used = tokens === undefined ? {} : { used: { tokens, usd: tokens / 100_000 } };
  if (told.plan === undefined) return { ...told, ...used };
  return { subtasks: told.plan, ...(told.policy === undefined ? {} : { policy: told.policy }), ...used };
}

/** It is over, or waits for a person, or everything that can go on is held. */
function isSettled(root, id, held) {
  const text = readFileSync(join(root, "editor", "tasks", id, "task.md"), "utf8");
  if (/^status: (done|failed)$/m.test(text) || /^waiting:/m.test(text)) return true;
  const wanted = Object.entries(ANSWERS).filter(([, { hold }]) => hold === true);
  return (
    id.startsWith("docs-") &&
    wanted.every(([title]) => held.has(title)) &&
    /guide-de:[\s\S]*?status: done/.test(text)
  );
}

async function untilAtRest(isSo) {
  for (let looks = 0; looks < 600; looks++) {
    try {
      if (isSo()) return;
    } catch {
      // It is not begun yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the demo does not come to rest");
}
