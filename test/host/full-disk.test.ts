import { execFileSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { faultsOf, filesBelow, replyToHuman } from "./files.ts";
import { command, SCRIPTED, up } from "./host-process.ts";
import { until } from "./until.ts";

/** A disk of 6 MiB, gone when the test is over; `undefined` where this user may not make one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Writes until nothing more goes in, not a single byte. */
function fill(path: string): void {
  const file = openSync(path, "w");
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size, "x"));
    } catch {}
  }
  closeSync(file);
}

test("a full disk: the sender is told, no file is cut short, and when there is space the host goes on from the files", async (context) => {
  const disk = smallDisk();
  if (disk === undefined) return context.skip("a small disk can be made by root alone");
  const root = join(disk, "agents");
  const outside = mkdtempSync(join(tmpdir(), "clawflow-team-"));
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
  const team = join(outside, "team.yaml");
  const brain = { command: ["node", SCRIPTED] };
  writeFileSync(
    team,
    JSON.stringify({ agents: { lead: { brain, peers: ["w"] }, w: { brain, concurrency: 2 } } }),
  );
  mkdirSync(root);
  const host = up({ root, team });
  onTestFinished(() => host.kill("SIGKILL"));
  await host.started;
  const send = (order: object) =>
    command(["send", "lead", JSON.stringify(order), "--root", root, "--team", team, "--json"]);
  const piece = { agent: "w", do: { say: "r:x", ms: 1_200 } };
  const first = send({ split: { a: piece, b: { ...piece, after: ["a"] } } });
  expect(await first.ended).toBe(0);
  const { task_id } = JSON.parse(first.output().slice(first.output().indexOf("{"))) as { task_id: string };
  await until(() => filesBelow(join(root, "w", "tasks")).length > 0, "the first piece at work");

  fill(join(disk, "filler"));
  const refused = send({ say: "r:never" });
  expect(await refused.ended).not.toBe(0);
  expect(refused.output()).toContain("E_DISK_FULL");
  await until(() => host.output().includes("E_DISK_FULL"), "the host to meet the full disk");
  await until(() => host.output().split("Starting again").length > 2, "a second try");

  unlinkSync(join(disk, "filler"));
  const reply = await replyToHuman(join(root, "lead"), task_id, 20_000);
  expect(reply.body.results).toBe("[a=r:x; b=r:x(r:x)]");
  host.kill("SIGTERM");
  expect(await host.ended).toBe(0);
  expect(faultsOf(root, ["lead", "w"])).toEqual([]);
});
