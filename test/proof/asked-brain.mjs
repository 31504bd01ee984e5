// The brain that does what its instructions say (test/host/scripted.mjs), and writes down each time that it is asked.
import { appendFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import answer from "../host/scripted.mjs";

export default async function asked(question, context) {
  const { workspace, kind, question: id, asked: times } = question;
  const agent = basename(workspace);
  const line = { agent, task: question.task.task_id, kind, question: id, asked: times };
  await note(join(dirname(workspace), "..", "asked.log"), `${JSON.stringify(line)}\n`);
  return answer(question, context);
}

/** A host that is out of file handles is to lose none of this. */
async function note(path, line) {
  for (;;) {
    try {
      return appendFileSync(path, line);
    } catch (error) {
      if (error.code !== "EMFILE") throw error;
    }
    await pause(20);
  }
}
