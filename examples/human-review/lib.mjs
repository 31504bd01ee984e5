// What the three programs share: read the question, take some time over it, print the answer.
import { readFileSync } from "node:fs";

export const question = JSON.parse(readFileSync(0, "utf8"));

/** With DELAY=5 in the host's environment each program thinks for five seconds, so that there is time to look and to steer. */
export async function answer(outcome) {
  await new Promise((done) => setTimeout(done, 1000 * Number(process.env.DELAY ?? 0)));
  console.log(JSON.stringify(outcome));
}

/** What a person answered to the questions asked before, the first answer first: the runtime puts them into the Context. */
export function answers() {
  return [...question.task.context.matchAll(/^Answer of human: (.*)$/gm)].map(([, text]) => text.trim());
}

/** The results of a subtask that this one depends on: the runtime puts them into the Context too, under a heading of its own. */
export function upstream(id) {
  const [, after = ""] = question.task.context.split(new RegExp(`^### Results of ${id} .*$`, "m"));
  const [text] = after.split(/^### |^Question: /m);
  return text.replace(/^<!-- .* -->$/gm, "").trim();
}
