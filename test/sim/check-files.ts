import { MESSAGE_FILE_NAME, sha256 } from "../../src/protocol/ids.ts";
import type { Message } from "../../src/protocol/message.ts";
import { returnedValue } from "../../src/workflow/script-answer.ts";
import type { Given } from "./human.ts";
import type { Letters } from "./letters.ts";
import type { Simulation } from "./simulation.ts";

type Files = ReadonlyMap<string, Uint8Array>;

/** What must hold of the files when everything has ended and every host was stopped cleanly. */
export function checkFiles(world: Simulation, files: Files): void {
  const { ledger } = world;
  const mail = sortMail(world.scenario.hosts.flat(), files);
  checkLeftovers(files, (text) => ledger.fault(text));
  checkWhole(mail, world.letters, (text) => ledger.fault(text));
  if (ledger.faults.length > 0) return;
  for (const given of world.human.given) checkGiven(world, given, files, mail);
  const stored = new Map(Array.from(mail, ([agent, { handled, dead }]) => [agent, storedOf(handled, dead)]));
  for (const [agent, { outbox }] of mail) {
    for (const [name, bytes] of outbox) checkCopies(world, agent, name, bytes, stored);
  }
  checkSent(world, mail);
  checkReplies(world, mail);
}

function checkWhole(mail: ReadonlyMap<string, Mail>, letters: Letters, fault: (text: string) => void): void {
  for (const [agent, { outbox, handled }] of mail) {
    for (const [name, bytes] of [...outbox, ...handled]) {
      if (!isOwn(name)) continue;
      const problem = letters.readBytes(bytes).fault;
      if (problem !== undefined) fault(`${name} of ${agent} is no whole message: ${problem}`);
    }
  }
}

/** A name that the runtime gave, of a first copy or a repeat. */
function isOwn(path: string): boolean {
  return MESSAGE_FILE_NAME.test(fileNameOf(path).replace(/\.again-\d+/, ""));
}

function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

interface Mail {
  outbox: Map<string, Uint8Array>;
  /** First copies and repeats that were handled, by path below the workspace. */
  handled: Map<string, Uint8Array>;
  dead: Map<string, Uint8Array>;
}

function sortMail(agents: readonly string[], files: Files): Map<string, Mail> {
  const mail = new Map<string, Mail>(
    agents.map((agent) => [agent, { outbox: new Map(), handled: new Map(), dead: new Map() }]),
  );
  for (const [path, bytes] of files) {
    const [, agent = "", folder = "", name = ""] =
      /^\/w\/([^/]+)\/mailbox\/(outbox|archive|dead)\/(.+)$/.exec(path) ?? [];
    const at = mail.get(agent);
    if (folder === "outbox") at?.outbox.set(name, bytes);
    else if (folder === "archive") at?.handled.set(name, bytes);
    else if (folder === "dead" && !name.endsWith(".reason.md")) at?.dead.set(name, bytes);
  }
  return mail;
}

/** Journals are empty, nothing is staged, nothing waits. */
function checkLeftovers(files: Files, fault: (text: string) => void): void {
  for (const [path, bytes] of files) {
    if (/\/journal$/.test(path) && bytes.length > 0) fault(`${path} is not empty after a clean stop`);
    if (/\/journal\.(old|new)$/.test(path)) fault(`${path} is left after a clean stop`);
    if (/\/mailbox\/tmp\/s-/.test(path)) fault(`${path} is left after a clean stop`);
  }
}

/** What a person gave stands somewhere, byte for byte, and was done. */
function checkGiven(world: Simulation, given: Given, files: Files, mail: ReadonlyMap<string, Mail>): void {
  const { ledger, script, scenario } = world;
  const { job, node, taskId, state } = given;
  if (state !== "stands") return;
  const { handled, dead } = mail.get(job.agent) as Mail;
  const stored = [...handled.values(), ...dead.values(), files.get(given.path)];
  if (!stored.some((bytes) => bytes !== undefined && Buffer.from(bytes).toString() === given.text))
    ledger.fault(`what a person gave as ${given.path} is nowhere`);
  if (job.steered) return;
  const reply = replyTo(world, job.agent, taskId, mail);
  if (reply === undefined) {
    ledger.fault(`${taskId} has no reply`);
    return;
  }
  const expected = script.ending(node);
  if (scenario.tight) return;
  if (reply.status !== expected.status)
    ledger.fault(`${taskId} is ${reply.status} (${reply.body.error}), undisturbed ${expected.status}`);
  else if (expected.status === "done") {
    const answer = node.workflow ? returnedValue(reply.body.results) : reply.body.results;
    if (answer !== expected.text)
      ledger.fault(
        `the answer of ${taskId} is ${JSON.stringify(answer)}, undisturbed ${JSON.stringify(expected.text)}`,
      );
    if (node.workflow && reply.body.results.slice(answer.length).includes("otherwise than before"))
      ledger.fault(`the script of ${taskId} did something else than before: ${reply.body.results}`);
    const { tasks } = expected;
    if (tasks !== undefined && reply.used?.tasks !== tasks)
      ledger.fault(`${taskId} used ${reply.used?.tasks} tasks, undisturbed ${tasks}`);
  }
}

function replyTo(world: Simulation, agent: string, taskId: string, mail: ReadonlyMap<string, Mail>) {
  const replies = [...(mail.get(agent) as Mail).outbox.values()]
    .map((bytes) => messageOf(world, bytes))
    .filter((message) => message.type === "reply" && message.to === "human" && message.task_id === taskId);
  if (replies.length > 1) world.ledger.fault(`${taskId} has ${replies.length} replies`);
  return replies[0] as (Message & { type: "reply" }) | undefined;
}

/** Of one that was found to be whole. */
function messageOf({ letters }: Simulation, bytes: Uint8Array): Message {
  const { message, fault } = letters.readBytes(bytes);
  if (message === undefined) throw new Error(fault);
  return message;
}

/** All that an agent received. */
interface Stored {
  /** Path and hash of each copy, by file name. */
  byName: Map<string, [path: string, hash: string][]>;
  hashes: Set<string>;
}

function storedOf(...parts: ReadonlyMap<string, Uint8Array>[]): Stored {
  const stored: Stored = { byName: new Map(), hashes: new Set() };
  for (const [path, bytes] of parts.flatMap((part) => [...part])) {
    const hash = sha256(bytes);
    stored.hashes.add(hash);
    const name = fileNameOf(path);
    const copies = stored.byName.get(name) ?? [];
    stored.byName.set(name, copies);
    copies.push([path, hash]);
  }
  return stored;
}

/** Of everything that was sent the receiver has one first copy, the same byte for byte. */
function checkCopies(
  world: Simulation,
  agent: string,
  name: string,
  bytes: Uint8Array,
  stored: ReadonlyMap<string, Stored>,
): void {
  const { to } = messageOf(world, bytes);
  if (to === "human" || to === agent) return;
  const at = stored.get(to);
  if (at === undefined) return;
  const hash = sha256(bytes);
  const copies = at.byName.get(name) ?? [];
  const fault = (text: string) => world.ledger.fault(`${name} of ${agent} ${text}`);
  // A repeat of what a person's text does not let anybody know any more is a dead letter beside the first.
  if (copies.length > 1 && !world.unknowable.has(name))
    fault(`has ${copies.length} first copies at ${to}: ${copies.map(([path]) => path).join(", ")}`);
  // Somebody may have carried it over under another name before it came by itself.
  if (!at.hashes.has(hash)) fault(`never came to ${to}`);
  for (const [path, copy] of copies) if (copy !== hash) fault(`is another at ${to}: ${path}`);
}

/** What hosts said they had sent was sent. */
function checkSent(world: Simulation, mail: ReadonlyMap<string, Mail>): void {
  const ids = new Map<string, Set<string>>();
  for (const [agent, { outbox, handled }] of mail) {
    const own = new Set<string>();
    for (const [name, bytes] of [...outbox, ...handled]) {
      const { message } = world.letters.readBytes(bytes);
      // One of version 1 does not say its id.
      const sent =
        message?.version === 1 ? world.watch.book.sentNames.get(fileNameOf(name))?.message : message;
      own.add(sent?.id ?? "");
    }
    ids.set(agent, own);
  }
  for (const { agent, id, kind, to } of world.ledger.sent.values()) {
    if (ids.get(agent)?.has(id) !== true)
      world.ledger.fault(`${kind} ${id} of ${agent} to ${to} was sent and is gone`);
  }
}

/** For each attempt one reply; for each question one outcome, apart from what somebody else said too late. */
function checkReplies(world: Simulation, mail: ReadonlyMap<string, Mail>): void {
  for (const [agent, { outbox, handled }] of mail) {
    const seen = new Map<string, string>();
    const once = (key: string, id: string) => {
      const before = seen.get(key);
      if (before !== undefined && before !== id)
        world.ledger.fault(`${agent}: ${key} has two: ${before} and ${id}`);
      seen.set(key, id);
    };
    for (const bytes of outbox.values()) {
      const message = messageOf(world, bytes);
      if (message.type !== "reply" || world.scenario.jobs.some(({ steered }) => steered)) continue;
      once(`reply to ${message.to} ${message.task_id}/${message.subtask_id} ${message.attempt}`, message.id);
    }
    for (const [name, bytes] of handled) {
      if (!isOwn(name) || world.strangers.has(fileNameOf(name))) continue;
      const message = messageOf(world, bytes);
      if (message.type === "outcome" && message.question !== undefined)
        once(`outcome of ${message.question}`, message.id);
    }
  }
}
