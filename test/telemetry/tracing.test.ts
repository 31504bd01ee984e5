import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { submitTask } from "../../src/host/submit.ts";
import { startTracing } from "../../src/telemetry/start-tracing.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { disk, startTeam } from "../view/team.ts";

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

interface Request {
  headers: IncomingMessage["headers"];
  body: { resourceSpans: { resource: { attributes: unknown[] }; scopeSpans: { spans: OtlpSpan[] }[] }[] };
}

/** A collector that answers as it is told, and keeps what it took. */
async function startCollector(answer: (response: ServerResponse) => void) {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      requests.push({ headers: request.headers, body: JSON.parse(text) });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { requests, url: `http://127.0.0.1:${port}/v1/traces` };
}

/** A job of three tasks, in a host whose traces go there. */
async function runJob(url: string, timeout = 5_000) {
  const { root, host } = await startTeam();
  const problems: string[] = [];
  startTracing(host, {
    settings: { url, timeout, headers: { "x-key": "k" }, resource: { "service.name": "team" } },
    disk,
    agents: agentsOfRoot(disk, root),
    version: "1.2.3",
    onProblem: (text) => problems.push(text),
  });
  const { task_id } = await submitTask(host, "lead", "go");
  const { status } = await host.finished("lead", task_id);
  const begun = performance.now();
  await host.stop();
  return { status, problems, stopping: performance.now() - begun };
}

test("what a collector gets: one trace, each span once, each under its own and within its time", async () => {
  const collector = await startCollector((response) => response.end("{}"));
  const { status, problems } = await runJob(collector.url);
  expect({ status, problems }).toEqual({ status: "done", problems: [] });
  const [first] = collector.requests;
  expect(first?.headers).toMatchObject({ "content-type": "application/json", "x-key": "k" });
  const attributes = first?.body.resourceSpans[0]?.resource.attributes;
  expect(attributes).toContainEqual({ key: "service.name", value: { stringValue: "team" } });
  expect(attributes).toContainEqual({ key: "service.version", value: { stringValue: "1.2.3" } });
  const spans = collector.requests.flatMap(({ body }) =>
    body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  expect(byId.size).toBe(spans.length);
  expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ name }) => name)).toEqual([
    "task lead",
  ]);
  const named = (start: string) => spans.filter(({ name }) => name.startsWith(start)).length;
  expect([named("task "), named("think "), named("wait for worker"), named("send ")]).toEqual([3, 4, 2, 4]);
  for (const { parentSpanId, startTimeUnixNano, endTimeUnixNano, name } of spans) {
    expect(BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano), name).toBe(true);
    if (parentSpanId === undefined) continue;
    const above = byId.get(parentSpanId);
    expect(above, name).toBeDefined();
    expect(BigInt(above?.startTimeUnixNano ?? 0) <= BigInt(startTimeUnixNano), name).toBe(true);
    expect(BigInt(above?.endTimeUnixNano ?? 0) >= BigInt(endTimeUnixNano), name).toBe(true);
  }
});

test("a collector that is down, or says no, changes nothing", async () => {
  const down = await runJob("http://127.0.0.1:9/v1/traces");
  expect(down.status).toBe("done");
  expect(down.problems.join()).toMatch(/cannot be reached/);
  const refusing = await startCollector((response) => response.writeHead(400).end());
  const refused = await runJob(refusing.url);
  expect(refused.status).toBe("done");
  expect(refused.problems).toEqual(["the collector answers with 400"]);
  expect(refusing.requests).toHaveLength(1);
});

test("one that hangs holds up the end of the host for a moment alone; one that asks for patience gets it", async () => {
  const hanging = await startCollector(() => {});
  const slow = await runJob(hanging.url, 3_600_000);
  expect(slow.status).toBe("done");
  expect(slow.stopping).toBeLessThan(30_000);
  let answers = 0;
  const busy = await startCollector((response) => response.writeHead(answers++ === 0 ? 503 : 200).end());
  await runJob(busy.url);
  expect(busy.requests).toHaveLength(2);
  expect(busy.requests[1]?.body).toEqual(busy.requests[0]?.body);
});
