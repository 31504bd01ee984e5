import { expect, test } from "vitest";
import { readOtelSettings } from "../../src/telemetry/otel-settings.ts";
import { jobSpans, readSpans } from "../../src/telemetry/read-spans.ts";
import { parentOf, type Span, traceOf } from "../../src/telemetry/span.ts";
import { tasksOfJob } from "../../src/view/report/job-tasks.ts";
import { openRoot, type RootView } from "../../src/view/root-view.ts";
import { at, scriptedJob } from "../view/job-on-disk.ts";
import { disk } from "../view/team.ts";

const now = Date.parse("2026-01-10T12:00:00.000Z");
const begin = Date.parse(at("00:00"));

function spansOf(view: RootView): Span[] {
  const task = view.task("lead", "job");
  return task === undefined ? [] : jobSpans(view, tasksOfJob(view, "lead", task), now);
}

/** Each span below the one that it belongs to, with its seconds. */
function drawn(spans: readonly Span[], parent?: string, indent = ""): string[] {
  return spans
    .filter((span) => span.parent === parent)
    .flatMap((span) => {
      const [start, end] = [span.start, span.end].map((time) => (time - begin) / 1000);
      return [`${indent}${span.name} ${start}-${end}`, ...drawn(spans, span.id, `${indent}  `)];
    });
}

test("one trace through all agents: what was thought, sent and waited for, and when", () => {
  const { agents } = scriptedJob();
  const spans = spansOf(openRoot(disk, agents));
  expect(drawn(spans)).toEqual([
    "task lead 0-100",
    "  think consider 0-10",
    "  wait for a person: answer 10-30",
    "  think consider 30-35",
    "  wait for a person: approval 35-40",
    "  wait for worker 40-60",
    "    send task 40-41",
    "    task worker 41-60",
    "      think consider 56-60",
    "    send reply 60-60",
    "  wait for worker 50-80",
    "    send task 50-51",
    "    task worker 51-80",
    "      think consider 76-80",
    "    send reply 80-80",
    "  think synthesise 80-100",
  ]);
  expect(new Set(spans.map(({ trace }) => trace))).toEqual(
    new Set([expect.stringMatching(/^[0-9a-f]{32}$/)]),
  );
  expect(new Set(spans.map(({ id }) => id)).size).toBe(spans.length);
  expect(spans[0]?.attributes).toMatchObject({ "clawflow.agent": "lead", "clawflow.usage.tokens": 150 });
});

test("each task's spans by itself, as two hosts derive them, fit together and are the same again", () => {
  const { agents } = scriptedJob();
  const whole = spansOf(openRoot(disk, agents));
  const alone = (agent: string, ...ids: string[]) => {
    // This host knows the files of its own agent alone.
    const view = openRoot(disk, new Map([[agent, agents.get(agent) ?? ""]]));
    return readSpans(
      view,
      agent,
      ids.flatMap((id) => view.task(agent, id) ?? []),
      now,
    );
  };
  const apart = [...alone("lead", "job"), ...alone("worker", "job.a", "job.b")];
  const sends = whole.filter(({ name }) => name.startsWith("send"));
  const byId = (spans: readonly Span[]) => [...spans].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId([...apart, ...sends])).toEqual(byId(whole));
});

test("another attempt is a wait of its own, and its agent's spans are below it", () => {
  const files = scriptedJob();
  files.task("lead", {
    task_id: "job",
    status: "failed",
    error: "E_PLAN: no",
    finished_at: at("01:40"),
    subtasks: {
      a: {
        agent: "worker",
        status: "failed",
        error: "no",
        attempt: 2,
        dispatched_at: at("01:05"),
        finished_at: at("01:30"),
      },
    },
  });
  files.task("worker", {
    task_id: "job.a_2",
    from: "lead",
    reply_to: { task_id: "job", subtask_id: "a", attempt: 2, message: "m-a2" },
    trace: { root: "job", depth: 1, path: ["lead", "worker"] },
    status: "failed",
    error: "no",
    created_at: at("01:06"),
    finished_at: at("01:29"),
  });
  const spans = spansOf(openRoot(disk, files.agents));
  const lines = drawn(spans);
  const again = lines.indexOf("  wait for worker 65-90");
  expect(lines.slice(again, again + 4)).toEqual([
    "  wait for worker 65-90",
    "    send task 65-66",
    "    task worker 66-89",
    "    send reply 89-90",
  ]);
  expect(lines).toContain("  wait for worker 41-60");
  expect(lines).toContain("    task worker 41-60");
  expect(spans.find(({ name }) => name === "task lead")?.error).toBe("E_PLAN: no");
  expect(
    drawn(spans.filter(({ parent }) => parent === undefined || spans.some(({ id }) => id === parent))),
  ).toEqual(lines);
});

test("a traceparent makes the job part of the trace of whoever gave it", () => {
  const trace = { root: "job", depth: 0, path: ["lead"] };
  const given = `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01`;
  expect(traceOf({ trace: { ...trace, traceparent: given } })).toBe("ab".repeat(16));
  expect(parentOf({ trace: { ...trace, traceparent: given } })?.id).toBe("cd".repeat(8));
  expect(traceOf({ trace: { ...trace, traceparent: "nonsense" } })).toBe(traceOf({ trace }));
  expect(traceOf({ trace: { ...trace, path: ["other"] } })).not.toBe(traceOf({ trace }));
});

test("the standard variables say where, with what, and whether", () => {
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318/" };
  expect(readOtelSettings({})).toBeUndefined();
  expect(readOtelSettings({ ...base, OTEL_SDK_DISABLED: "true" })).toBeUndefined();
  expect(readOtelSettings({ ...base, OTEL_TRACES_EXPORTER: "none" })).toBeUndefined();
  expect(readOtelSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "  " })).toBeUndefined();
  expect(readOtelSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "localhost" })).toHaveProperty("problem");
  expect(readOtelSettings({ ...base, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).toHaveProperty("problem");
  expect(
    readOtelSettings({
      ...base,
      OTEL_EXPORTER_OTLP_HEADERS: "x-a=1,x-b=two%20words,broken",
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-a=2",
      OTEL_EXPORTER_OTLP_TIMEOUT: "500",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test,service.name=other",
    }),
  ).toEqual({
    url: "http://localhost:4318/v1/traces",
    headers: { "x-a": "2", "x-b": "two words" },
    timeout: 500,
    resource: { "deployment.environment": "test", "service.name": "other" },
  });
  const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://t/x", OTEL_SERVICE_NAME: "mine" };
  expect(readOtelSettings({ ...base, ...own })).toMatchObject({
    url: "http://t/x",
    resource: { "service.name": "mine" },
  });
});
