import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { submitTask } from "../../src/host/submit.ts";
import { logEventSchema } from "../../src/protocol/log-event.ts";
import { isPartOf, jobFilter } from "../../src/view/log/job-filter.ts";
import { openLog } from "../../src/view/log/log-reader.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { until } from "../cli/cli.ts";
import { disk, finishedJob, startTeam } from "./team.ts";

test("the files of a job tell the whole story, in its order and in the documented form", async () => {
  const { agents } = await finishedJob();
  const events = openLog(disk, agents, Date.now).read();
  for (const event of events) expect(logEventSchema.parse(event)).toEqual(event);
  const times = events.map(({ time }) => time);
  expect(times).toEqual([...times].sort());
  const told = (agent: string) => events.filter((event) => event.agent === agent).map(({ event }) => event);
  expect(told("lead").sort()).toEqual(
    [
      "task:received",
      "task:created",
      "brain:called",
      "outcome:recorded",
      "task:sent",
      "reply:received",
      "task:sent",
      "reply:received",
      "brain:called",
      "outcome:recorded",
      "task:finished",
      "reply:sent",
    ].sort(),
  );
  expect(told("worker").filter((event) => event === "task:finished")).toHaveLength(2);
});

test("what was read once is not read again", async () => {
  const { root, host, release } = await startTeam();
  const { task_id } = await submitTask(host, "lead", "wait");
  const agents = agentsOfRoot(disk, root);
  const log = openLog(disk, agents, Date.now);
  const first = await until(() => {
    const events = log.read();
    return events.some((event) => event.event === "task:received" && event.agent === "worker")
      ? events
      : undefined;
  });
  expect(first.some(({ event }) => event === "task:finished")).toBe(false);
  release();
  await host.finished("lead", task_id);
  await host.stop();
  const rest = log.read();
  expect(rest.filter(({ event }) => event === "task:finished")).toHaveLength(3);
  const all = openLog(disk, agents, Date.now).read();
  const key = ({ agent, event, file }: (typeof all)[number]) => `${agent} ${event} ${file}`;
  expect(new Set([...rest].map(key)).size).toBe(rest.length);
  expect(log.read()).toEqual([]);
});

test("folders that did not change are not listed again", async () => {
  const { agents } = await finishedJob();
  let lists = 0;
  const counting = {
    ...disk,
    list(path: string) {
      lists++;
      return disk.list(path);
    },
  };
  const later = () => Date.now() + 60_000;
  const log = openLog(counting, agents, later);
  log.read();
  const first = lists;
  lists = 0;
  log.read();
  expect(lists).toBeLessThan(first / 2);
});

test("a dead letter is told with its code, also one that is no message", async () => {
  const { agents } = await finishedJob();
  const dead = join(agents.get("lead") ?? "", "mailbox/dead");
  writeFileSync(join(dead, "task-x-1-0123456789ab.md"), "no message");
  writeFileSync(join(dead, "task-x-1-0123456789ab.reason.md"), "E_FRONTMATTER: no frontmatter\n");
  const events = openLog(disk, agents, Date.now)
    .read()
    .filter(({ event }) => event === "message:dead");
  expect(events).toMatchObject([
    { agent: "lead", code: "E_FRONTMATTER", reason: "E_FRONTMATTER: no frontmatter" },
  ]);
  expect(logEventSchema.safeParse(events[0]).success).toBe(true);
});

test("of one job alone, through all agents; of a part of it, what is about it and below", async () => {
  const { root, host } = await startTeam();
  const { task_id } = await submitTask(host, "lead", "go");
  const other = await submitTask(host, "lead", "go on");
  await host.finished("lead", task_id);
  await host.finished("lead", other.task_id);
  await host.stop();
  const agents = agentsOfRoot(disk, root);
  const all = openLog(disk, agents, Date.now).read();
  const read = (id: string) => openLog(disk, agents, Date.now, jobFilter(id)).read();
  const job = read(task_id);
  expect(job).toEqual(all.filter(({ task = "" }) => task === task_id || task.startsWith(`${task_id}.`)));
  expect(new Set(job.map(({ agent }) => agent))).toEqual(new Set(["lead", "worker"]));
  const part = read(`${task_id}.first`);
  expect(part.map(({ agent, event }) => `${agent} ${event}`)).toEqual(
    expect.arrayContaining(["lead task:sent", "worker task:finished", "lead reply:received"]),
  );
  expect(part).toHaveLength(7);
});

test("attempts and parts of a part belong to it, others that begin alike do not", () => {
  expect(isPartOf("job.a", "job.a")).toBe(true);
  expect(isPartOf("job.a_2", "job.a")).toBe(true);
  expect(isPartOf("job.a_2.x", "job.a")).toBe(true);
  expect(isPartOf("job.a.x", "job.a")).toBe(true);
  expect(isPartOf("job.ab", "job.a")).toBe(false);
  expect(isPartOf("job.a-b", "job.a")).toBe(false);
  expect(isPartOf("job", "job.a")).toBe(false);
});
