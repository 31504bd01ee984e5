import { MESSAGE_FILE_NAME } from "../../src/protocol/ids.ts";
import type { Message } from "../../src/protocol/message.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { meddle } from "./meddle.ts";
import type { Disturbance } from "./scenario.ts";
import { ROOT, type SimHost } from "./sim-host.ts";
import type { Simulation } from "./simulation.ts";
import { tasksOf } from "./texts-of-people.ts";

/** Makes one disturbance happen, now. */
export function disturb(world: Simulation, disturbance: Disturbance): void {
  const { time, machine, ledger } = world;
  switch (disturbance.kind) {
    case "kill":
    case "power": {
      const { life } = hostAt(world, disturbance.host);
      if (life === undefined) return;
      world.fates.set(life, { power: disturbance.kind === "power", down: disturbance.down });
      life.process.dieIn(disturbance.calls, world.random);
      return;
    }
    case "freeze": {
      const host = hostAt(world, disturbance.host);
      const { life } = host;
      if (life === undefined) return;
      ledger.note(host.name, `is stopped (SIGSTOP) for ${disturbance.for} ms`);
      world.count("freezes");
      life.freeze();
      time.after(disturbance.for, () => life.thaw());
      return;
    }
    case "absent":
      absent(world, hostAt(world, disturbance.host), disturbance.for);
      return;
    case "partition":
      world.count("partitions");
      ledger.note("network", `host ${disturbance.host + 1} is cut off for ${disturbance.for} ms`);
      world.parted.set(disturbance.host, time.now + disturbance.for);
      return;
    case "wall":
      ledger.note("machine", `the clock on the wall is moved by ${disturbance.by} ms`);
      world.wallOffset += disturbance.by;
      return;
    case "full":
      world.count("full disks");
      ledger.note("machine", `the disk has ${disturbance.room} bytes left for ${disturbance.for} ms`);
      machine.capacity = machine.used + disturbance.room;
      time.after(disturbance.for, () => {
        machine.capacity = Number.POSITIVE_INFINITY;
      });
      return;
    case "eio":
      world.count("failed syncs");
      ledger.note("machine", `the next ${disturbance.call} fails`);
      machine.failNext(disturbance.call, "EIO");
      return;
    case "again":
      again(world, disturbance.choice, disturbance.name);
      return;
    case "meddle":
      meddle(world, disturbance);
      return;
    case "edit": {
      const { job, choice, for: open, style, what, crlf } = disturbance;
      const places = world.scenario.hosts
        .flat()
        .flatMap((agent) => tasksOf(world.machine, agent, job).map((task) => ({ agent, task })));
      const place = places[Math.floor(choice * places.length)];
      if (place !== undefined)
        void world.editor.edit(world.newLife(), { ...place, style, what, crlf, open }).catch(() => {});
      return;
    }
    case "control": {
      const job = world.scenario.jobs.find(({ id }) => id === disturbance.job);
      if (job === undefined) return;
      world.human.control(job, disturbance.control);
      if (disturbance.control === "pause")
        time.after(disturbance.for, () => world.human.control(job, "resume"));
    }
  }
}

function hostAt(world: Simulation, number: number): SimHost {
  const host = world.hosts[number];
  if (host === undefined) throw new Error(`there is no host ${number}`);
  return host;
}

function absent(world: Simulation, host: SimHost, ms: number): void {
  if (host.state !== "up" || world.resting.has(host)) return;
  world.ledger.note(host.name, `is stopped cleanly for ${ms} ms`);
  world.resting.add(host);
  const until = world.time.now + ms;
  // One that was frozen stops later; one that dies meanwhile is down until its time is over.
  void host.stop().then(() => world.startLater(host, until - world.time.now));
  world.time.after(ms, () => {
    world.resting.delete(host);
    world.startLater(host, 0);
  });
}

/**
 * Somebody copies a message into its receiver's inbox that has been there before; of a host that runs, since after a power cut what stands
 * in the others may be in pieces.
 */
function again(world: Simulation, choice: number, name: "same" | "other"): void {
  const sent = [...world.machine.files()].flatMap(([path, bytes]) => {
    const message = isSent(path) ? world.letters.readBytes(bytes).message : undefined;
    const to = message?.to;
    const from = world.hostOf(path.split("/")[2] ?? "");
    return message === undefined ||
      to === undefined ||
      isNote(path, message) ||
      from?.state !== "up" ||
      world.hostOf(to) === undefined
      ? []
      : [{ path, bytes, to }];
  });
  sent.sort((a, b) => (a.path < b.path ? -1 : 1));
  const chosen = sent[Math.floor(choice * sent.length)];
  if (chosen === undefined) return;
  const { path, bytes, to } = chosen;
  // What is on its way still has not been there, and what belongs to it crosses before it.
  if (path.includes("/outbox/pending/") && /^attachments:/m.test(Buffer.from(bytes).toString())) return;
  const own = path.slice(path.lastIndexOf("/") + 1);
  const life = world.newLife();
  const delivery = { name: name === "same" ? own : `copy of ${own}`, bytes };
  world.ledger.note(to, `${own} is put into the inbox again${name === "same" ? "" : ", under another name"}`);
  world.count("duplicates");
  deliverInto(life.disk, `${ROOT}/${to}`, delivery, { sync: true }).then(
    () => world.hint(to),
    () => {},
  );
}

function isSent(path: string): boolean {
  const [, folder, name = ""] = /\/mailbox\/(outbox|archive)\/(?:.*\/)?([^/]+)$/.exec(path) ?? [];
  return folder !== undefined && MESSAGE_FILE_NAME.test(name);
}

/** What an agent noted for itself was never in an inbox: what was decided, and the edits that were taken. */
function isNote(path: string, message: Message): boolean {
  const isNoted = message.type === "outcome" || (message.type === "control" && message.control === "edit");
  return isNoted && path.startsWith(`${ROOT}/${message.to}/mailbox/archive/`);
}
