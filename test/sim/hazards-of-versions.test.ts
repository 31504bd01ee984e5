import { expect, test } from "vitest";
import type { Message } from "../../src/protocol/message.ts";
import { parseMessage } from "../../src/protocol/message-codec.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import type { Disk } from "../../src/store/disk.ts";
import { ForeignHost } from "./foreign-host.ts";
import { JOB, kill, power, QUIET, scenario, upTo } from "./hazard-scenario.ts";
import { Simulation } from "./simulation.ts";
import { WrittenScript } from "./written-script.ts";

/* Interleavings with agents of another version of the protocol, which other programs run, as in hazards.test.ts. */

const FOREIGN = { hosts: [["a"], ["c"]], network: { ...QUIET, unanswered: 0.3, repeated: 0.3, delay: 300 } };

const FAILED = "## Error\n\nno\n\n## Partial Results\n\nNone\n";
const DONE = "## Results\n\nthe text of j1.s0\n";

/** What an agent of version 1 answers: it echoes what it was given, and knows nothing of attempts. */
function oldReply(subtask: string, body: string, status: "done" | "failed"): string {
  const head = `type: reply\ntask_id: j1\nsubtask_id: ${subtask}\nfrom: c\nstatus: ${status}`;
  return `---\n${head}\ncompleted_at: 2026-11-20T12:00:00.000Z\n---\n${body}`;
}

test("H14 a peer of version 1 fails twice with equal words, and its first reply comes again: each attempt takes its own", async () => {
  const disturbances = [[], ...upTo(120, 12).map((calls) => [kill(600, 0, calls)]), [power(900, 0, 20)]];
  for (const some of disturbances) {
    const world = new Simulation(
      scenario({ ...FOREIGN, disturbances: some }),
      new WrittenScript({
        j1: { agent: "a", maxAttempts: 3, pieces: { s0: { agent: "c", failures: 2 } } },
      }),
    );
    const given: string[] = [];
    const reply = (disk: Disk, name: string, text: string) =>
      deliverInto(disk, "/w/a", { name, bytes: Buffer.from(text) }, { sync: true }).then(() =>
        world.hint("a"),
      );
    const old = new ForeignHost(world, 1, "c", async (_name, bytes, disk) => {
      const text = Buffer.from(bytes).toString();
      const [, subtask = ""] = /^subtask_id: (\S+)$/m.exec(text) ?? [];
      if (given.includes(subtask)) return;
      given.push(subtask);
      const attempt = given.length;
      const answer = attempt < 3 ? oldReply(subtask, FAILED, "failed") : oldReply(subtask, DONE, "done");
      const message = { ...parseMessage(Buffer.from(answer), { to: "a" }), subtask_id: "s0", attempt };
      world.watch.book.sent.set(message.id, { agent: "c", name: "", hash: "", message });
      // Of each later attempt the first answer comes once more, before its own.
      if (attempt > 1) await reply(disk, `copy of answer 1, ${attempt}.md`, oldReply("s0", FAILED, "failed"));
      await reply(disk, `answer ${attempt}.md`, answer);
    });
    world.hosts[1] = old;
    const { faults, history } = await world.run();
    expect({ some, faults }).toEqual({ some, faults: [] });
    expect(given).toEqual(["s0", "s0--2", "s0--3"]);
    expect(history.map(({ text }) => text)).toContain("j1 ends done");
  }
});

/** A TASK as a later version of the runtime may write it. */
const LATER = `---
clawflow: 9
type: task
id: m-of-a-later-version
task_id: job
subtask_id: s0
from: a
to: c
attempt: 1
urgency: {grade: 3}
---
# Task: Of tomorrow
`;

test("H18 a TASK of a later version cannot be read: who sent it has one failed reply that says so", async () => {
  const disturbances = [
    [],
    ...upTo(60, 6).map((calls) => [kill(490, 1, calls)]),
    ...upTo(60, 12).map((calls) => [power(490, 1, calls)]),
    [{ at: 600, kind: "partition", host: 1, for: 20_000 } as const],
  ];
  for (const some of disturbances) {
    const world = new Simulation(
      scenario({ ...FOREIGN, jobs: [{ ...JOB, agent: "c" }], disturbances: some }),
      new WrittenScript({ j1: { agent: "c" } }),
    );
    const replies: Message[] = [];
    const name = "task of a later version.md";
    world.strangers.add(name);
    world.hosts[0] = new ForeignHost(world, 0, "a", async (_name, bytes) => {
      replies.push(parseMessage(bytes, { to: "a" }));
    });
    // It sends until it is answered, as everybody does.
    const send = () => {
      if (replies.length > 0) return;
      const { disk } = world.newLife();
      void deliverInto(disk, "/w/c", { name, bytes: Buffer.from(LATER) }, { sync: true }).then(
        () => world.hint("c"),
        () => {},
      );
      world.time.after(5000, send);
    };
    world.time.after(500, send);
    const { faults, history } = await world.run();
    expect({ some, faults }).toEqual({ some, faults: [] });
    expect(new Set(replies.map(({ id }) => id)).size).toBe(1);
    expect(replies[0]).toMatchObject({
      type: "reply",
      status: "failed",
      from: "c",
      task_id: "job",
      subtask_id: "s0",
    });
    expect(replies[0]?.body).toMatchObject({ error: expect.stringMatching(/^E_VERSION: /) });
    expect(history.map(({ text }) => text)).toContain("j1 ends done");
  }
});
