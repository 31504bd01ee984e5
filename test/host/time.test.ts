import { expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import type { HostOptions } from "../../src/host/options.ts";
import { submitTask } from "../../src/host/submit.ts";
import { noWatch } from "../../src/host/watch.ts";
import { faultsOf } from "./files.ts";
import { hostClock } from "./host-clock.ts";
import { startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

const SECOND = 1_000;
const hang: BrainFunction = () => new Promise<string>(() => {});

const split =
  (timeout: string): BrainFunction =>
  ({ kind, results }) =>
    kind === "synthesise"
      ? Object.values(results ?? {})
          .map((result) => result.results)
          .join("")
      : { subtasks: { work: { agent: "worker", description: "work", depends_on: [], timeout } } };

const team = (timeout: string, worker: BrainFunction = hang): HostOptions["agents"] => ({
  lead: { brain: split(timeout), peers: ["worker"] },
  worker: { brain: worker },
});

/** When it times out, in seconds of running time since the subtask was sent. */
function dueAt(host: Host, id: string): number | undefined {
  return host.task("lead", id)?.subtasks.get("work")?.due;
}

test("the time of a subtask goes on over restarts, and what no host ran does not count", async () => {
  const root = tempRoot();
  const clock = hostClock();
  const options: HostOptions = { root, agents: team("60s"), durability: "os", ports: { clock } };
  const first = await createHost(options);
  await first.start();
  const { task_id } = await submitTask(first, "lead", { instructions: "go" });
  const due = await until(() => dueAt(first, task_id));
  await clock.advance(25 * SECOND);
  await first.stop();
  // An hour in which nothing ran.
  clock.jump(3_600 * SECOND);

  const second = await createHost(options);
  await second.start();
  expect(dueAt(second, task_id)).toBe(due);
  // 60 s in all, 25 of them of the first host; each life rounds to what its clock had reached when it last looked.
  await clock.advance(30 * SECOND);
  expect(second.task("lead", task_id)?.status).toBe("executing");
  await clock.advance(10 * SECOND);
  expect((await second.finished("lead", task_id)).error).toMatch(/E_TIMEOUT/);
  await second.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("the time goes on when the workspaces move to hosts of their own", async () => {
  const root = tempRoot();
  const clock = hostClock();
  const options: HostOptions = { root, agents: team("60s"), durability: "os", ports: { clock } };
  const first = await createHost(options);
  await first.start();
  const { task_id } = await submitTask(first, "lead", { instructions: "go" });
  const due = await until(() => dueAt(first, task_id));
  await clock.advance(25 * SECOND);
  await first.stop();

  const worker = await startHost({ ...options, only: ["worker"] });
  const lead = await startHost({ ...options, only: ["lead"] });
  expect(dueAt(lead, task_id)).toBe(due);
  await clock.advance(30 * SECOND);
  expect(lead.task("lead", task_id)?.status).toBe("executing");
  await clock.advance(10 * SECOND);
  expect((await lead.finished("lead", task_id)).error).toMatch(/E_TIMEOUT/);
  await Promise.all([lead.stop(), worker.stop()]);
});

test("H19: a host that slept for a weekend times nothing out", async () => {
  const root = tempRoot();
  const clock = hostClock();
  let wake = () => {};
  const worker: BrainFunction = () => new Promise((resolve) => (wake = () => resolve("after the weekend")));
  const host = await startHost({ root, agents: team("30m", worker), ports: { clock } });
  const { task_id } = await submitTask(host, "lead", { instructions: "go" });
  await until(() => dueAt(host, task_id));
  clock.jump(60 * 3_600 * SECOND);
  host.wake();
  await clock.advance(SECOND);
  expect(host.task("lead", task_id)?.status).toBe("executing");
  wake();
  expect((await host.finished("lead", task_id)).text.output).toBe("after the weekend");
});

test("a timer fires in time when nothing else happens and the rescan is an hour away", async () => {
  const clock = hostClock();
  const options: HostOptions = {
    root: tempRoot(),
    agents: team("40s"),
    rescan: 3_600 * SECOND,
    ports: { clock, watch: noWatch },
  };
  const host = await startHost(options);
  const { task_id } = await submitTask(host, "lead", { instructions: "go" });
  await until(() => dueAt(host, task_id));
  await clock.advance(39 * SECOND);
  expect(host.task("lead", task_id)?.status).toBe("executing");
  await clock.advance(2 * SECOND);
  expect((await host.finished("lead", task_id)).error).toMatch(/E_TIMEOUT/);
});

test("a deadline is sent on as what is left, ends the brain and is answered", async () => {
  const root = tempRoot();
  const clock = hostClock();
  const left: number[] = [];
  let aborted = false;
  const worker: BrainFunction = ({ task }, { signal }) => {
    left.push(task.deadline_in ?? -1);
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => {
        aborted = true;
        reject(signal.reason);
      }),
    );
  };
  const host = await startHost({ root, agents: team("20m", worker), ports: { clock } });
  const { task_id } = await submitTask(host, "lead", { instructions: "go", deadline_in: 30 * SECOND });
  await until(() => left.length > 0);
  await clock.advance(31 * SECOND);
  const task = await host.finished("lead", task_id);
  expect([task.status, task.error]).toEqual(["failed", expect.stringMatching(/^E_TIMEOUT: /)]);
  expect(left[0]).toBeGreaterThan(0);
  expect(left[0]).toBeLessThanOrEqual(30 * SECOND);
  await until(() => aborted);
  expect((await host.finished("worker", `${task_id}.work`)).status).not.toBe("done");
  await host.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});
