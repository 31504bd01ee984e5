import { verifyRoot } from "../../src/view/verify/verify-root.ts";
import { checkFiles } from "./check-files.ts";
import { checkPublished } from "./check-published.ts";
import type { Given } from "./human.ts";
import { ROOT } from "./sim-host.ts";
import type { Simulation } from "./simulation.ts";

/**
 * Claims, and the note of what keeps messages from being accepted, are of a running machine alone; the clock may stand where it stood the time
 * before; brains care for their files themselves, and people for what they write into a file that was replaced.
 */
const NOT_DURABLE =
  /^\/files\/|\/mailbox\/(tmp|inbox)\/|\/\.clawflow\/kept\/|\/(host[^/]*|clock|clock\.new|undelivered\.json)$/;

/** When all has ended and every host was stopped: what the files show, and what of them a power cut leaves. */
export function checkEnd(world: Simulation): void {
  checkPublished(world.machine, world.scenario.hosts.flat(), world.ledger, world.letters);
  world.watch.lookAtAll(world.scenario.hosts.flat());
  checkEnded(world);
  const files = world.machine.files();
  checkFiles(world, files);
  world.editor.check(world.machine, (text) => world.ledger.fault(text));
  checkVerified(world);
  checkDurable(world, files);
}

function checkEnded({ watch, ledger }: Simulation): void {
  for (const [key, { status }] of watch.book.tasks)
    if (!["done", "failed", "cancelled"].includes(status)) ledger.fault(`${key} has not ended: ${status}`);
}

/** What `clawflow verify` says of the files. */
function checkVerified({ scenario, machine, ledger, human, editor, unknowable }: Simulation): void {
  const places = new Map(scenario.hosts.flat().map((agent) => [agent, `${ROOT}/${agent}`]));
  for (const { check, agent, file = "", task_id = "", text } of verifyRoot(machine.attach(), places)) {
    const isDoubtful = doubtful(human.given).some(({ path }) => file.endsWith(nameOf(path)));
    // A message that somebody carried in under a name of his own is no copy of the runtime's.
    const isCarried = `${file} ${text}`.includes("copy of ");
    const path = `/w/${agent}/${file}`;
    const isUnknownRepeat = text.includes("mailbox/dead/") && unknowable.has(nameOf(file));
    const isEdited = editor.isDoubtful(path) || editor.isBroken(path) || editor.isLate(agent, task_id);
    if (!isDoubtful && !isCarried && !isUnknownRepeat && !isEdited)
      ledger.fault(`verify: ${check}: ${agent} ${file}: ${text}`);
  }
}

/** After a clean stop the power is cut: nothing is lost. */
function checkDurable(world: Simulation, before: ReadonlyMap<string, Uint8Array>): void {
  world.machine.crash(world.random);
  const after = world.machine.files();
  const texts = doubtful(world.human.given).map(({ text }) => text);
  for (const [path, bytes] of before) {
    if (
      NOT_DURABLE.test(path) ||
      world.editor.isDoubtful(path) ||
      texts.includes(Buffer.from(bytes).toString())
    )
      continue;
    // That a message was accepted may be forgotten: it is pending again, and is sent again.
    const left = after.get(path) ?? after.get(path.replace("/outbox/", "/outbox/pending/"));
    if (left !== undefined && Buffer.compare(left, bytes) === 0) continue;
    if (isLeftBlob(path, before)) continue;
    const how = left === undefined ? "gone" : "changed";
    world.ledger.fault(`${path} was not durable after a clean stop: ${how}`);
  }
}

/** An attachment of a message whose sender ended before it was delivered: no message there names it. */
function isLeftBlob(path: string, files: ReadonlyMap<string, Uint8Array>): boolean {
  const [, root = "", hash = ""] =
    /^(\/w\/[^/]+\/)mailbox\/blobs\/sha256\/..\/([0-9a-f]{64})$/.exec(path) ?? [];
  if (hash === "") return false;
  return ![...files].some(([other, bytes]) => other.startsWith(root) && Buffer.from(bytes).includes(hash));
}

/** Of a file whose own writer failed to sync it nobody else can know. */
function doubtful(given: readonly Given[]): Given[] {
  return given.filter(({ state }) => state === "doubtful");
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
