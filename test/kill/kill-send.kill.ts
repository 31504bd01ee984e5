import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import { parseMessage } from "../../src/protocol/message-codec.ts";
import { faultsOf, filesBelow } from "../host/files.ts";
import { command, type HostProcess } from "../host/host-process.ts";
import { until } from "../host/until.ts";
import { recordProof } from "../proof/record-proof.ts";
import { seededRandom, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";

const KILLS = quickOrFull(8, 60);

test(`kill -9 of ${KILLS} senders: a message is whole in the inbox, or not there`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-send-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, "agents");
  const instructions = "one line of the work\n".repeat(50_000);
  writeFileSync(join(folder, "work.md"), instructions);
  writeFileSync(
    join(folder, "team.yaml"),
    JSON.stringify({ agents: { echo: { brain: { command: ["cat"] } } } }),
  );
  const tmp = join(root, "echo", "mailbox", "tmp");
  const random = seededRandom(Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000));
  const send = () =>
    command(["send", "echo", "work.md", "--root", root, "--team", join(folder, "team.yaml")], {
      cwd: folder,
    });

  expect(await send().ended).toBe(0);
  let reported = 1;
  let killed = 0;
  for (let n = 0; n < KILLS; n++) {
    const sender = send();
    await stagedIn(tmp, sender);
    await pause(upTo(random, 12));
    sender.kill("SIGKILL");
    if ((await sender.ended) === "SIGKILL") killed++;
    else reported++;
  }
  expect(killed).toBeGreaterThan(0);

  const inbox = join(root, "echo", "mailbox", "inbox");
  const delivered = readdirSync(inbox);
  for (const name of delivered) {
    const message = parseMessage(readFileSync(join(inbox, name)), { to: "echo" });
    expect(message.type === "task" && message.body.instructions.trim() === instructions.trim(), name).toBe(
      true,
    );
  }
  // What was said to be sent is there; of the others each is, or is not.
  expect(delivered.length).toBeGreaterThanOrEqual(reported);
  const host = await createHost({
    root,
    durability: "os",
    agents: { echo: { brain: ({ task }) => `${task.instructions.length}` } },
  });
  onTestFinished(() => host.stop());
  await host.start();
  const outbox = join(root, "echo", "mailbox", "outbox");
  await until(() => filesBelow(outbox).length === delivered.length, "all replies");
  await host.stop();
  expect(faultsOf(root, ["echo"])).toEqual([]);
  recordProof({
    fault: "F1",
    what: "kill -9 of `clawflow send` while it writes a message of 1 MB",
    cases: killed,
    counts: { "delivered all the same": delivered.length - reported, lost: 0, unreadable: 0, twice: 0 },
  });
});

/** Resolves when the sender begins to write: starting Node is nearly all of the time before. */
async function stagedIn(folder: string, sender: HostProcess): Promise<void> {
  const before = readdirSync(folder).length;
  let over = false;
  void sender.ended.then(() => {
    over = true;
  });
  while (!over && readdirSync(folder).length === before) await pause(1);
}
