import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import type { HostEvent } from "../../src/host/events.ts";
import { submitTask } from "../../src/host/submit.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { faultsOf, replyToHuman } from "./files.ts";
import { COMMAND, SCRIPTED, up } from "./host-process.ts";
import { processesOf } from "./processes.ts";
import { runTask, startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

const BUILT = new URL("../index.js", `file://${COMMAND}`).href;

/** Runs a program of its own that has `host`, and gives what it printed and how it ended. */
async function program(
  root: string,
  options: string,
  body: string,
): Promise<[output: string, status: unknown]> {
  const script = join(root, "program.mjs");
  writeFileSync(
    script,
    `import { createHost, submit } from ${JSON.stringify(BUILT)};
    const host = await createHost({ root: ${JSON.stringify(join(root, "agents"))}, agents: {
      echo: { brain: ({ task }) => task.instructions } }, ${options} });
    await host.start();
    ${body}`,
  );
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    output += chunk;
  });
  const status = await new Promise((resolve) => {
    const late = setTimeout(() => child.kill("SIGKILL"), 45_000);
    child.once("close", (code, signal) => {
      clearTimeout(late);
      resolve(code ?? signal);
    });
  });
  return [output.trim(), status];
}

const ONE_JOB = `const { task_id } = await submit(host, "echo", { instructions: "hello" });
    console.log((await host.finished("echo", task_id)).text.output);
    await host.stop();`;

test("after stop() a plain process ends by itself", async () => {
  expect(await program(tempRoot(), "", ONE_JOB)).toEqual(["hello", 0]);
});

test("a host that runs keeps its process alive, with no watcher as well", async () => {
  const noWatch = "ports: { watch: { start: async () => {}, stop: async () => {} } }, rescan: 200";
  // Nothing but the host is left when the work comes, from a timer that holds nobody.
  const later = `setTimeout(async () => { ${ONE_JOB} }, 600).unref();`;
  expect(await program(tempRoot(), noWatch, later)).toEqual(["hello", 0]);
});

test("stop() may be asked for twice, and before start()", async () => {
  const root = tempRoot();
  const agents = { a: { brain: () => "x" } };
  const first = await createHost({ root, agents, durability: "os" });
  await first.stop();
  const second = await createHost({ root, agents, durability: "os" });
  await second.start();
  const order: string[] = [];
  second.on(({ type }) => order.push(type));
  await Promise.all([second.stop().then(() => order.push("1")), second.stop().then(() => order.push("2"))]);
  expect(order).toEqual(["host:stopped", "1", "2"]);
});

test("what was said while the host was stopping is all in the files: nothing stays in the journal", async () => {
  const root = tempRoot();
  const agents = { a: { brain: async () => "x", concurrency: 8 } };
  const host = await createHost({ root, agents, durability: "os" });
  await host.start();
  for (let n = 0; n < 20; n++) await submitTask(host, "a", { instructions: `job ${n}` });
  await host.stop();
  expect(faultsOf(root, ["a"])).toEqual([]);
});

test("SIGTERM ends hanging brains, deaf ones too, and their work goes on at the next start", async () => {
  const root = tempRoot();
  const brain = { command: ["node", SCRIPTED] };
  const team = join(root, "team.yaml");
  writeFileSync(team, JSON.stringify({ agents: { hangs: { brain, concurrency: 2 } }, durability: "os" }));
  const host = up({ root: join(root, "agents"), team });
  await host.started;
  const workspace = join(root, "agents", "hangs");
  const marks = join(root, "marks");
  mkdirSync(marks);
  for (const deaf of [true, false]) {
    const order = JSON.stringify({ hang: true, deaf, mark: join(marks, `${deaf}`) });
    writeFileSync(join(workspace, "mailbox", "inbox", `Job-${deaf}.md`), taskText(`job-${deaf}`, order));
  }
  await until(() => readdirSync(marks).length === 2, "two brains");
  const begun = performance.now();
  host.kill("SIGTERM");
  expect(await host.ended).toBe(0);
  expect(performance.now() - begun).toBeLessThan(20_000);
  expect(processesOf(workspace)).toEqual([]);
  expect(faultsOf(join(root, "agents"), ["hangs"])).toEqual([]);

  const again = up({ root: join(root, "agents"), team });
  await again.started;
  await until(() => readdirSync(marks).length === 4, "the same two, asked again");
  again.kill("SIGTERM");
  await again.ended;
});

test("brains that a killed host left are ended when it starts again", async () => {
  const root = tempRoot();
  const team = join(root, "team.yaml");
  const marks = join(root, "marks");
  mkdirSync(marks);
  writeFileSync(team, JSON.stringify({ agents: { hangs: { brain: { command: ["node", SCRIPTED] } } } }));
  const first = up({ root: join(root, "agents"), team });
  await first.started;
  const inbox = join(root, "agents", "hangs", "mailbox", "inbox");
  writeFileSync(
    join(inbox, "Job.md"),
    taskText("job", JSON.stringify({ hang: true, deaf: true, mark: join(marks, "m") })),
  );
  await until(() => readdirSync(marks).length === 1, "a brain");
  const left = Number(readdirSync(marks)[0]?.split(".")[1]);
  first.kill("SIGKILL");
  await first.ended;
  expect(isAlive(left)).toBe(true);
  const second = up({ root: join(root, "agents"), team });
  onTestFinished(() => second.kill("SIGKILL"));
  await second.started;
  expect(isAlive(left)).toBe(false);
  await until(() => readdirSync(marks).length === 2, "the brain, asked again");
  second.kill("SIGTERM");
  await second.ended;
});

test("a second host of the same root, or of an agent that another has, is refused by name", async () => {
  const root = tempRoot();
  const agents = { a: { brain: () => "x" }, b: { brain: () => "x" } };
  await startHost({ root, agents });
  await expect(createHost({ root, agents })).rejects.toMatchObject({
    code: "E_LOCKED",
    message: expect.stringMatching(
      new RegExp(`another host is running here.*process ${process.pid}.*clawflow send`),
    ),
  });
  await expect(createHost({ root, agents, only: ["b"] })).rejects.toMatchObject({
    code: "E_OWNED",
    message: expect.stringContaining(`process ${process.pid}`),
  });
});

test("a host that was refused leaves everything as it was", async () => {
  const root = tempRoot();
  const agents = { a: { brain: () => "x" }, b: { brain: () => "y" } };
  const only = await startHost({ root, agents, only: ["b"] });
  await expect(createHost({ root, agents })).rejects.toMatchObject({ code: "E_OWNED" });
  expect((await runTask(only, "b", "go on")).text.output).toBe("y");
  await only.stop();
  const all = await startHost({ root, agents });
  expect((await runTask(all, "a", "now")).text.output).toBe("x");
});

test("H37: a host that stood still while another took over writes nothing more when it goes on", async () => {
  const root = tempRoot();
  const agents = join(root, "agents");
  const marks = join(root, "marks");
  const team = join(root, "team.yaml");
  mkdirSync(marks);
  writeFileSync(
    team,
    JSON.stringify({ agents: { a: { brain: { command: ["node", SCRIPTED] }, concurrency: 2 } } }),
  );
  const first = up({ root: agents, team });
  onTestFinished(() => first.kill("SIGKILL"));
  await first.started;
  const order = JSON.stringify({ say: "r:done", until: join(root, "taken-over"), mark: join(marks, "m") });
  writeFileSync(join(agents, "a", "mailbox", "inbox", "Job.md"), taskText("job", order));
  await until(() => readdirSync(marks).length === 1, "a brain");
  first.kill("SIGSTOP");

  const refused = up({ root: agents, team });
  expect(await refused.ended).toBe(3);
  expect(refused.output()).toContain("E_LOCKED");
  const second = up({ root: agents, team, takeOver: true });
  onTestFinished(() => second.kill("SIGKILL"));
  await second.started;
  writeFileSync(join(root, "taken-over"), "");
  expect((await replyToHuman(join(agents, "a"), "job")).body.results).toBe("r:done");
  // There is work for whoever looks first.
  first.kill("SIGCONT");
  writeFileSync(
    join(agents, "a", "mailbox", "inbox", "Job-2.md"),
    taskText("job-2", JSON.stringify({ say: "r:2" })),
  );
  expect(await first.ended).toBe(3);
  expect(first.output()).toMatch(/E_LOCKED: .*taken over/);
  expect((await replyToHuman(join(agents, "a"), "job-2")).body.results).toBe("r:2");
  second.kill("SIGTERM");
  expect(await second.ended).toBe(0);
  expect(faultsOf(agents, ["a"])).toEqual([]);
});

test("a disk that fails while what makes use of the host is ended: whoever stops it is told", async () => {
  const root = tempRoot();
  const full = diskThatFills();
  const host = await createHost({ root, agents: full.agents, durability: "os", ports: { disk: full.disk } });
  await host.start();
  const { task_id } = await submitTask(host, "slow", { instructions: "work" });
  await until(() => host.task("slow", task_id)?.asking);
  host.beforeStop(async () => {
    full.broken = true;
    await until(() => host.error);
  });
  await expect(host.stop()).rejects.toMatchObject({ code: "E_DISK_FULL" });
});

test("a host that failed gives its claim back, and the next one in the same process goes on from the files", async () => {
  const root = tempRoot();
  const full = diskThatFills();
  const events: HostEvent[] = [];
  const host = await createHost({ root, agents: full.agents, durability: "os", ports: { disk: full.disk } });
  host.on((event) => events.push(event));
  await host.start();
  const { task_id } = await submitTask(host, "slow", { instructions: "work" });
  await until(() => host.task("slow", task_id)?.asking);
  full.broken = true;
  await expect(host.finished("slow", task_id)).rejects.toMatchObject({ code: "E_DISK_FULL" });
  expect(host.error).toMatchObject({ code: "E_DISK_FULL" });
  await host.stop();
  full.broken = false;
  expect(events.map(({ type }) => type).slice(-2)).toEqual(["host:failed", "host:stopped"]);

  const next = await startHost({ root, agents: { slow: { brain: () => "at last" } } });
  const task = await next.finished("slow", task_id);
  expect([task.status, ["answer", "at last"].includes(task.text.output)]).toEqual(["done", true]);
  await next.stop();
  expect(faultsOf(root, ["slow"])).toEqual([]);
});

/** A disk that is full while it is `broken`, and a team that answers no sooner. */
function diskThatFills() {
  const real = nodeDisk();
  const full = {
    broken: false,
    disk: {
      ...real,
      create: (path: string, content: string | Uint8Array, mode?: number) => {
        if (full.broken) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
        real.create(path, content, mode);
      },
    },
    agents: { slow: { brain: () => until(() => full.broken).then(() => "answer") } },
  };
  return full;
}

function taskText(id: string, instructions: string): string {
  return `---\ntype: task\ntask_id: ${id}\nfrom: human\nsent_at: 2026-11-20T12:00:00Z\n---\n# Task: ${id}\n\n## Context\n\n## Instructions\n\n${instructions}\n\n## Expected Output\n`;
}

/** One that has ended and that nobody has asked after yet has no command line any more. */
function isAlive(pid: number): boolean {
  const path = `/proc/${pid}/cmdline`;
  return existsSync(path) && readFileSync(path, "utf8") !== "";
}
