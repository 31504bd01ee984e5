import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startProgram } from "../lib/programs.mjs";
import { logs, readLog } from "./logs.mjs";
import { SYSTEMS } from "./systems.mjs";

const PROGRAM = join(import.meta.dirname, "process.mjs");

/** Milliseconds after which a process that works is killed, at the most; and after which one that only starts is. */
const WORKING = 150;
const STARTING = 250;
/** How many of a hundred are killed while they start, at whatever they are at then. */
const WHILE_STARTING = 20;
/** Of a hundred kills, those of the server, where a system has one. */
const SERVERS = 10;
/** With no progress for so long, what has not been handled never will be. */
const PATIENCE = 60_000;

/**
 * One writer and one consumer of one system, one of them killed and started again `kills` times; then the writer ends, and the consumer may
 * handle what is left.
 *
 * @param random a number from 0 to 1.
 * @returns counts of messages: `accepted`, that is all that the writer was told of; `lost`: of these never handled, or their answer is gone;
 * `stuck`: they still wait, or were given up; `twice`: effects more than one of a message, `told`: those of them that knew
 */
export async function runLane(name, folder, kills, random) {
  const system = SYSTEMS[name];
  mkdirSync(folder);
  const files = logs(folder);
  for (const path of Object.values(files)) writeFileSync(path, "");
  const opened = await system.open(folder);
  const notes = [];
  const start = (role) => {
    const given = [PROGRAM, role, name, folder, JSON.stringify(opened.place)];
    let isReady;
    const ready = new Promise((resolve) => (isReady = resolve));
    const program = startProgram(process.execPath, given, { onLine: isReady });
    const one = { program, ready: Promise.race([ready, program.ended]), killed: false };
    void program.ended.then((status) => {
      if (!one.killed) notes.push(`the ${role} ended (${status}): ${program.output().slice(-600)}`);
    });
    return one;
  };
  const kill = async (one) => {
    one.killed = true;
    one.program.kill("SIGKILL");
    await one.program.ended;
  };
  const running = { consumer: start("consumer"), writer: start("writer") };
  await Promise.all([running.consumer.ready, running.writer.ready]);
  const killedOf = { writer: 0, consumer: 0, server: 0 };
  for (let n = 0; n < kills; n++) {
    const victim = chooseVictim(opened, random);
    const whileStarting = random() * 100 < WHILE_STARTING;
    if (victim !== "server" && !whileStarting) await running[victim].ready;
    await pause(random() * (whileStarting ? STARTING : WORKING));
    if (victim === "server") await opened.killServer();
    else {
      await kill(running[victim]);
      running[victim] = start(victim);
    }
    killedOf[victim]++;
    await opened.unreadable();
  }
  await running.writer.ready;
  await pause(WORKING);
  await kill(running.writer);
  await drain(files, opened);
  await kill(running.consumer);
  const ended = await opened.ended();
  const answers = await opened.answers();
  await opened.close();
  return { killedOf, ...countsOf(files, answers, ended), notes: [...notes, ...ended.notes] };
}

function chooseVictim(opened, random) {
  if (opened.killServer !== undefined && random() * 100 < SERVERS) return "server";
  return random() < 0.5 ? "writer" : "consumer";
}

/** Until every message that was accepted has been handled and answered, or nothing moves any more. */
async function drain({ accepted, effects }, opened) {
  const wanted = readLog(accepted);
  let before = -1;
  let since = performance.now();
  for (;;) {
    await opened.unreadable();
    const handled = readLog(effects);
    const answers = await opened.answers();
    const found = new Set(handled.map(({ id }) => id));
    const answered = new Set(answers);
    if (wanted.every(({ id }) => found.has(id)) && [...found].every((id) => answered.has(id))) return;
    if (handled.length + answers.length !== before) {
      before = handled.length + answers.length;
      since = performance.now();
    } else if (performance.now() - since > PATIENCE) return;
    await pause(200);
  }
}

function countsOf({ accepted, effects }, answers, { waiting, unreadable, failed }) {
  const wanted = readLog(accepted).map(({ id }) => id);
  const handled = readLog(effects);
  const found = new Set(handled.map(({ id }) => id));
  const still = new Set(waiting);
  const answered = new Set(answers);
  const unanswered = [...found].filter((id) => !answered.has(id) && !still.has(id));
  const missing = wanted.filter((id) => !found.has(id));
  return {
    accepted: wanted.length,
    lost: missing.filter((id) => !still.has(id)).length + unanswered.length,
    stuck: wanted.filter((id) => still.has(id)).length + failed,
    unreadable,
    twice: handled.length - found.size,
    told: handled.filter(({ told }) => told).length,
    "answered twice": answers.length - answered.size,
  };
}
