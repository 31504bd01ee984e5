// The brain that does what its instructions say (test/host/scripted.mjs), and writes down each time that it is asked.
import { appendFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import answer from "../host/scripted.mjs";

export default function asked(question, context) {
  const { workspace, kind, question: id, asked: times } = question;
  const agent = basename(workspace);
  const line = { agent, task: question.task.task_id, kind, question: id, asked: times };
  appendFileSync(join(dirname(workspace), "..", "asked.log"), `${JSON.stringify(line)}\n`);
  return answer(question, context);
}
