import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { faultsOf, filesBelow, replyToHuman } from "./files.ts";
import { command, type HostProcess, SCRIPTED, up } from "./host-process.ts";
import { smallDisk } from "./small-disk.ts";
import { until } from "./until.ts";

test("a full disk: the sender is told, no file is cut short, and when there is space the host goes on from the files", async (context) => {
  const full = await fullUnderAHost();
  if (full === undefined) return context.skip(NEEDED);
  const { root, disk, host, send, task_id } = full;
  const refused = send({ say: "r:never" });
  expect(await refused.ended).not.toBe(0);
  expect(refused.output()).toContain("E_DISK_FULL");
  await until(() => host.output().includes("E_DISK_FULL"), "the host to meet the full disk");
  await until(() => host.output().split("Starting again").length > 2, "a second try");

  disk.free();
  await expectGoesOn(host, root, task_id);
});

test("a host that is stopped while its disk is full says of what it failed; the next one goes on from the files", async (context) => {
  const full = await fullUnderAHost();
  if (full === undefined) return context.skip(NEEDED);
  const { root, team, disk, host, task_id } = full;
  await until(() => host.output().includes("Starting again"), "the host to meet the full disk");
  host.kill("SIGTERM");
  expect(await host.ended).toBe(1);
  expect(host.output().split("Starting again").at(-1)).toContain("E_DISK_FULL");

  disk.free();
  const next = up({ root, team });
  onTestFinished(() => next.kill("SIGKILL"));
  await expectGoesOn(next, root, task_id);
});

const NEEDED = "a small disk can be made by root alone";

/** A host whose small disk became full when its first piece was at work. */
async function fullUnderAHost() {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-disk-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, "agents");
  mkdirSync(root);
  const disk = smallDisk(root);
  if (disk === undefined) return undefined;
  onTestFinished(() => disk.remove());
  const team = join(folder, "team.yaml");
  const brain = { command: ["node", SCRIPTED] };
  writeFileSync(
    team,
    JSON.stringify({ agents: { lead: { brain, peers: ["w"] }, w: { brain, concurrency: 2 } } }),
  );
  const host = up({ root, team });
  onTestFinished(() => host.kill("SIGKILL"));
  await host.started;
  const send = (order: object) =>
    command(["send", "lead", JSON.stringify(order), "--root", root, "--team", team, "--json"]);
  const full = join(folder, "full");
  const piece = { agent: "w", do: { say: "r:x", until: full } };
  const first = send({ split: { a: piece, b: { ...piece, after: ["a"] } } });
  expect(await first.ended).toBe(0);
  const { task_id } = JSON.parse(first.output().slice(first.output().indexOf("{"))) as { task_id: string };
  await until(() => filesBelow(join(root, "w", "tasks")).length > 0, "the first piece at work");
  disk.fill("space");
  writeFileSync(full, "");
  return { root, team, disk, host, send, task_id };
}

/** The job comes to its end, and the host to its own. */
async function expectGoesOn(host: HostProcess, root: string, task_id: string): Promise<void> {
  const reply = await replyToHuman(join(root, "lead"), task_id);
  expect(reply.body.results).toBe("[a=r:x; b=r:x(r:x)]");
  host.kill("SIGTERM");
  expect(await host.ended).toBe(0);
  expect(faultsOf(root, ["lead", "w"])).toEqual([]);
}
