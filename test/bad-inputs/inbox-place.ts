import { execFileSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { appendFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { HostEvent } from "../../src/host/events.ts";
import { parseEnvelope, parseMessage } from "../../src/protocol/message-codec.ts";
import { deadLetters, filesBelow } from "../host/files.ts";
import { BadTeam } from "./bad-team.ts";
import type { Case, Result } from "./cases.ts";
import { fillIn, makeBytes, type Names } from "./make-input.ts";
import { notIn } from "./not-in.ts";

interface Put {
  one: Case;
  names: Names;
  agent: string;
  file: string;
  bytes: Buffer;
}

/** All of them together are handled in that time, and in a tenth of it where nothing else runs. */
const PATIENCE = 120_000;

/** The true answer of a job whose subtask was held. */
const TRUE_ANSWER = "before done: before\npart done: the true result\nafter done: after";

/**
 * Puts every case into an inbox of one host, all at once, and looks what becomes of each. Afterwards the host must still take work, end
 * well, leave clean files, and start again over them.
 */
export async function runInbox(cases: readonly Case[]): Promise<Result[]> {
  const team = new BadTeam();
  const servers: Server[] = [];
  try {
    const puts = cases.map((one, n) => putOf(team, one, n));
    await team.start();
    await team.hold(puts.flatMap(({ names }) => (names.task === undefined ? [] : [names.task])));
    for (const put of puts) if (needsOutside(put.one)) makeOutside(team, put);
    team.allowOutside();
    for (const put of puts) await place(team, put, servers);
    team.allow(PATIENCE);
    const results: Result[] = [];
    for (const put of puts) results.push({ case: put.one, wrong: await lookAt(team, put) });
    await team.ping("behind");
    for (const [n, put] of puts.entries()) if (put.one.left) results[n]?.wrong.push(...stillThere(team, put));
    team.release();
    for (const [n, put] of puts.entries()) results[n]?.wrong.push(...(await unharmed(team, put)));
    const wrong = await team.stop();
    await team.start();
    await team.ping("again");
    wrong.push(...(await team.stop()), ...team.harm());
    if (wrong.length > 0) results.push({ case: WHOLE, wrong });
    return results;
  } finally {
    for (const server of servers) server.close();
    await team.remove();
  }
}

/** What is wrong with none of them in particular. */
const WHOLE = {
  group: "inbox",
  name: "the host and its files when all were put in",
  where: ["inbox"],
} as Case;

function putOf(team: BadTeam, one: Case, n: number): Put {
  const id = `c${n}`;
  const names: Names = { id, outside: team.outside, ...(one.held ? { task: `job-${n}` } : {}) };
  const bytes = one.made_as === undefined || hasText(one.made_as) ? makeBytes(one, names) : Buffer.alloc(0);
  const agent = receiver(one);
  return { one, names, agent, file: fillIn(one.file_name ?? `Case-${n}.md`, names), bytes };
}

function hasText(kind: Case["made_as"]): boolean {
  return kind === "file" || kind === "second-name" || kind === "other-owner";
}

function receiver(one: Case): string {
  if (one.held) return "lead";
  if (one.head?.to === "prompt") return "prompt";
  return "echo";
}

function needsOutside({ made_as: kind }: Case): boolean {
  return kind === "second-name";
}

function makeOutside(team: BadTeam, { file, bytes }: Put): void {
  writeFileSync(join(team.outside, file), bytes, { mode: 0o640 });
}

async function place(team: BadTeam, put: Put, servers: Server[]): Promise<void> {
  const { one, file, bytes } = put;
  const name = one.name_bytes === undefined ? Buffer.from(file) : Buffer.from(one.name_bytes, "hex");
  const folder = Buffer.from(`${team.inbox(put.agent)}/`);
  for (let time = 1; time <= (one.times ?? 1); time++) {
    const path = Buffer.concat([folder, time === 1 ? name : Buffer.from(`Time-${time}-${file}`)]);
    await make(team, put, path, bytes, servers);
  }
}

async function make(team: BadTeam, { one, file }: Put, path: Buffer, bytes: Buffer, servers: Server[]) {
  // What takes more than one call is made where the host does not look, and may not move it away in between.
  const beside = join(team.folder, "s");
  switch (one.made_as ?? "file") {
    case "file":
      return one.slowly ? await writeSlowly(path, bytes) : writeFileSync(path, bytes);
    case "link":
      return symlinkSync(join(team.outside, "secret.md"), path);
    case "dangling":
      return symlinkSync(join(team.outside, "nothing.md"), path);
    case "second-name":
      return linkSync(join(team.outside, file), path);
    case "folder":
      mkdirSync(beside);
      writeFileSync(join(beside, "inner.md"), "inner");
      return renameSync(beside, path);
    case "fifo":
      return void execFileSync("mkfifo", [path.toString()]);
    case "device":
      return void execFileSync("mknod", [path.toString(), "c", "1", "5"]);
    case "socket": {
      const server = createServer();
      // The path of a socket may not be long, either.
      await new Promise<void>((listening) => server.listen(beside, listening));
      renameSync(beside, path);
      servers.push(server);
      return;
    }
    case "sparse":
      writeFileSync(beside, "");
      truncateSync(beside, one.fill ?? 0);
      return renameSync(beside, path);
    case "other-owner":
      writeFileSync(beside, bytes);
      chownSync(beside, 65_534, 65_534);
      return renameSync(beside, path);
  }
}

/** In pieces, faster than a file comes to rest; from the second on each would do as a message. */
async function writeSlowly(path: Buffer, bytes: Buffer): Promise<void> {
  const start = bytes.indexOf("word") + 100;
  writeFileSync(path, bytes.subarray(0, start));
  for (let at = start; at < bytes.length; at += 500) {
    await pause(200);
    await appendFile(path, bytes.subarray(at, at + 500));
  }
}

async function lookAt(team: BadTeam, put: Put): Promise<string[]> {
  const { one } = put;
  try {
    if (one.refused !== undefined) return await lookRefused(team, put, one.refused);
    if (one.taken !== undefined) return await lookTaken(team, put, one.taken);
    if (one.answered !== undefined) return await lookAnswered(team, put, one.answered);
    if (one.ignored !== undefined) return await lookIgnored(team, put, one.ignored);
    if (one.ends !== undefined) {
      await team.until(() => team.task("lead", put.names.task ?? "")?.status === one.ends, one.ends);
      return [];
    }
    return one.left === true ? [] : ["the case does not say what is to come of it"];
  } catch (error) {
    return [`${error instanceof Error ? error.message : error}; ${whereIs(team, put)}`];
  }
}

async function lookRefused(team: BadTeam, { one, agent, file }: Put, refused: string): Promise<string[]> {
  const [code = "", at = ""] = refused.split(" ");
  const wrong: string[] = [];
  const reason = await team.until(
    () => eventOf(team, "message:dead", ({ name }) => name === file)?.text,
    "a dead letter",
  );
  const letters = Object.entries(deadLetters(team.workspace(agent)));
  if (!letters.some(([, text]) => text === reason.trim()))
    wrong.push(`no reason beside the dead letter: ${reason}`);
  if (!reason.startsWith(`${code}: `)) wrong.push(`refused with ${reason}`);
  if (!reason.includes(at)) wrong.push(`does not name ${at}: ${reason}`);
  if (one.says !== undefined && !new RegExp(one.says).test(reason))
    wrong.push(`does not say ${one.says}: ${reason}`);
  if (one.told !== undefined) {
    const told = one.told;
    await team.until(
      () => team.sent(agent, ({ to, body }) => to === told && body.error.startsWith(`${code}: `)),
      "word to the sender",
    );
  }
  return wrong;
}

async function lookTaken(
  team: BadTeam,
  { agent, names }: Put,
  taken: Record<string, unknown>,
): Promise<string[]> {
  const id = typeof taken.task_id === "string" ? fillIn(taken.task_id, names) : names.id;
  const reply = await team.until(() => team.answer(agent, id), `the answer of ${id}`);
  if (reply.status !== "done") return [`${reply.status}: ${reply.body.error}`];
  const { task_id: _, ...wanted } = taken;
  const said =
    agent === "prompt"
      ? { prompt: Buffer.from(reply.body.results, "base64").toString() }
      : JSON.parse(reply.body.results);
  return notIn(said, JSON.parse(fillIn(JSON.stringify(wanted), names)));
}

/** A reply, to whoever gave it, that it cannot be done. */
async function lookAnswered(team: BadTeam, { agent, one, names }: Put, answered: string): Promise<string[]> {
  const [code = ""] = answered.split(" ");
  const from = typeof one.head?.from === "string" ? one.head.from : "human";
  const reply = await team.until(
    () => team.sent(agent, ({ to, task_id }) => to === from && task_id === names.id),
    "an answer",
  );
  return reply.status === "failed" && reply.body.error.startsWith(`${code}: `)
    ? []
    : [`${reply.status}: ${reply.body.error}`];
}

async function lookIgnored(team: BadTeam, { agent, bytes, file }: Put, note: string): Promise<string[]> {
  await team.until(() => archivedAs(team, agent, file), "it in the archive");
  if (note === "") return [];
  const { id } = parseMessage(bytes, { to: agent });
  const told = await team.until(
    () => eventOf(team, "message:ignored", (event) => event.id === id),
    "word of it",
  );
  return told.note.startsWith(note) ? [] : [`the note is ${told.note}`];
}

function archivedAs(team: BadTeam, agent: string, file: string): string | undefined {
  const archive = join(team.workspace(agent), "mailbox", "archive");
  return filesBelow(archive).find((path) => path.endsWith(`/${file}`));
}

function eventOf<T extends HostEvent["type"]>(
  team: BadTeam,
  type: T,
  is: (event: HostEvent & { type: T }) => boolean,
): (HostEvent & { type: T }) | undefined {
  return team
    .events()
    .find(
      (event): event is HostEvent & { type: T } =>
        event.type === type && is(event as HostEvent & { type: T }),
    );
}

function stillThere(team: BadTeam, { one, agent, file }: Put): string[] {
  const folder = team.inbox(agent);
  const names = readdirSync(folder, { encoding: "buffer" });
  const name = one.name_bytes === undefined ? Buffer.from(file) : Buffer.from(one.name_bytes, "hex");
  return names.some((each) => each.equals(name)) ? [] : [`${file} was taken`];
}

/** A job that was held ends as if nothing had come, but where the case says otherwise. */
async function unharmed(team: BadTeam, { one, names }: Put): Promise<string[]> {
  if (names.task === undefined || one.ends !== undefined) return [];
  const reply = await team.until(() => team.answer("lead", names.task ?? ""), "the end of the job");
  const { results, error } = reply.body;
  return results === TRUE_ANSWER ? [] : [`the job ended with ${reply.status}: ${results}${error}`];
}

function whereIs(team: BadTeam, { agent, file, bytes }: Put): string {
  const path = join(team.inbox(agent), file);
  if (existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    return "it lies in the inbox";
  const dead = deadLetters(team.workspace(agent))[file];
  if (dead !== undefined) return `dead: ${dead}`;
  const { task_id: id } = parseEnvelope(bytes);
  const reply = id === undefined ? undefined : team.answer(agent, id);
  return `archived as ${archivedAs(team, agent, file)}; reply: ${JSON.stringify(reply?.body)}`;
}
