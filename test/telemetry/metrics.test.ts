import { utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMetrics } from "../../src/telemetry/metrics.ts";
import { openRoot } from "../../src/view/root-view.ts";
import { at, scriptedJob } from "../view/job-on-disk.ts";
import { disk } from "../view/team.ts";

const now = Date.parse("2026-01-10T12:00:00.000Z");

/** `name{labels}` and its value, of every line that is no comment. */
function valuesOf(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

test("tasks, calls, cost, mail and what needs a person, in the text format of Prometheus", async () => {
  const files = scriptedJob();
  const waiting = {
    for: "answer" as const,
    text: 'a "quoted"\nquestion',
    since: at("00:00"),
    question: "q-1",
  };
  files.task("lead", { task_id: "asks", status: "pending", waiting });
  files.write("worker/mailbox/inbox/task-x-1-0123456789ab.md", "---\n---\n");
  utimesSync(
    join(files.root, "worker/mailbox/inbox/task-x-1-0123456789ab.md"),
    now / 1000 - 30,
    now / 1000 - 30,
  );
  files.write("worker/mailbox/dead/task-y-1-0123456789ab.md", "?");
  files.write("worker/mailbox/dead/task-y-1-0123456789ab.reason.md", "E_TYPE: ?");
  files.write("lead/.clawflow/base/asks.md", disk.read(join(files.root, "lead/tasks/asks/task.md")));
  const metrics = openMetrics();
  const text = await metrics.text(openRoot(disk, files.agents), now);
  expect(metrics.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  const values = valuesOf(text);
  expect(Object.fromEntries(values)).toMatchObject({
    'clawflow_tasks{agent="lead",status="done"}': 1,
    'clawflow_tasks{agent="lead",status="pending"}': 1,
    'clawflow_tasks{agent="worker",status="done"}': 2,
    'clawflow_brain_calls_total{agent="lead",outcome="ask"}': 1,
    'clawflow_brain_calls_total{agent="worker",outcome="results"}': 2,
    'clawflow_brain_seconds_total{agent="lead"}': 35,
    'clawflow_tokens_total{agent="lead"}': 150,
    'clawflow_tokens_total{agent="worker"}': 10,
    'clawflow_cost_usd_total{agent="lead"}': 0.5,
    'clawflow_inbox_messages{agent="worker"}': 1,
    'clawflow_inbox_oldest_seconds{agent="worker"}': 30,
    'clawflow_inbox_oldest_seconds{agent="lead"}': 0,
    'clawflow_dead_letters{agent="worker"}': 1,
    'clawflow_needs_you{kind="answer"}': 1,
    'clawflow_needs_you_oldest_seconds{kind="answer"}': 7_200,
    'clawflow_needs_you{kind="dead"}': 1,
    'clawflow_needs_you{kind="approval"}': 0,
    'clawflow_hosts{state="alive"}': 0,
    'clawflow_agent_hosted{agent="lead"}': 0,
  });
  expect(text).toContain("# TYPE clawflow_tokens_total counter");
});

test("a finished task is read once, until its files change", async () => {
  const files = scriptedJob();
  const read: string[] = [];
  const counting = {
    ...disk,
    read(path: string) {
      read.push(path);
      return disk.read(path);
    },
  };
  const metrics = openMetrics();
  const first = await metrics.text(openRoot(counting, files.agents), now);
  expect(read.some((path) => path.endsWith("job/task.md"))).toBe(true);
  read.length = 0;
  expect(await metrics.text(openRoot(counting, files.agents), now)).toBe(first);
  expect(read.filter((path) => path.includes("/calls/"))).toEqual([]);
  files.task("lead", { task_id: "job", status: "failed", finished_at: at("01:40") });
  const task = join(files.root, "lead/tasks/job/task.md");
  utimesSync(task, now / 1000, now / 1000);
  const later = valuesOf(await metrics.text(openRoot(counting, files.agents), now));
  expect(later.get('clawflow_tasks{agent="lead",status="failed"}')).toBe(1);
});
