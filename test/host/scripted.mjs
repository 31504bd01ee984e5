// A brain that does what its instructions say, one line of JSON; as a function, and as a program that is started for one question:
//   {"say": text}               results, with what came from upstream in brackets
//   {"fail": text}              an error, with "partial" if given; {"crash": true}: an exception
//   {"split": {id: {"agent", "do", "after"}}, "policy"?}      a plan; without "agent" the first peer
//   "ms" in any: after so many milliseconds; "until": path: when that file is there; "meet": [folder, n]: when n have come to that folder
//   {"hang": true}: never, and "deaf": whatever it is told
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export default async function answer(question, { signal } = {}) {
  const order = orderOf(question.task.instructions);
  if (order.mark !== undefined) writeFileSync(`${order.mark}.${process.pid}`, question.question);
  if (question.kind === "synthesise") return { results: joined(question.results) };
  if (order.hang === true) await hang(order, signal);
  if (order.until !== undefined) await when(() => existsSync(order.until));
  if (order.meet !== undefined) await meet(order.meet, question.question);
  if (order.ms !== undefined) await new Promise((resolve) => setTimeout(resolve, order.ms));
  if (order.crash === true) throw new Error("crashed as told");
  if (order.fail !== undefined)
    return { error: order.fail, ...(order.partial === undefined ? {} : { partial: order.partial }) };
  if (order.split !== undefined) return planOf(order, question.peers);
  return {
    results: order.say + upstream(question.task.context),
    ...(order.files ? { files: order.files } : {}),
  };
}

function orderOf(text) {
  const line = text.split("\n").find((one) => one.startsWith("{"));
  return line === undefined ? { say: `"${text.trim()}"` } : JSON.parse(line);
}

function planOf({ split, policy }, peers) {
  const subtasks = {};
  for (const [id, { agent = peers[0].id, do: order, after = [], ...rest }] of Object.entries(split)) {
    subtasks[id] = {
      agent,
      description: `do ${id}`,
      instructions: JSON.stringify(order),
      depends_on: after,
      ...rest,
    };
  }
  return { subtasks, ...(policy === undefined ? {} : { policy }) };
}

/** Results begin with `r:`, so that what came from upstream is found in any Context. */
function upstream(context) {
  const found = [...new Set(context.match(/r:[a-z0-9-]+/g) ?? [])].sort();
  return found.length === 0 ? "" : `(${found.join(" ")})`;
}

function joined(results) {
  const parts = Object.entries(results).map(([id, { status, results: text }]) =>
    status === "done" ? `${id}=${text}` : `${id} ${status}`,
  );
  return `[${parts.sort().join("; ")}]`;
}

async function meet([folder, count], name) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), "");
  await when(() => readdirSync(folder).length >= count);
}

async function when(isSo) {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function hang({ deaf }, signal) {
  if (deaf === true && signal === undefined) process.on("SIGTERM", () => {});
  const alive = setInterval(() => {}, 1000);
  await new Promise((resolve) => signal?.addEventListener("abort", resolve));
  clearInterval(alive);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) text += chunk;
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(text)))}\n`);
}
