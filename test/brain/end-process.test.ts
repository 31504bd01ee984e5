import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { endLeftovers, endProcessGroup } from "../../src/brain/end-process.ts";
import { listProcesses, processStart } from "../../src/brain/process-table.ts";
import {
  aContext,
  aQuestion,
  isAlive,
  pidIn,
  processesOf,
  processesWith,
  standIn,
  standIns,
  temporaryFolder,
  until,
} from "./helpers.ts";
import { hostProcess } from "./host-process.ts";

test("a brain that hangs is ended at its deadline, by SIGTERM", async () => {
  const file = join(temporaryFolder(), "pid");
  const controller = new AbortController();
  const answer = standIn(["hang", file], { limits: { grace: 60_000 } }).ask(
    aQuestion(),
    aContext(controller.signal),
  );
  const pid = await until(() => pidIn(file));
  controller.abort(new Error("deadline"));
  await expect(answer).rejects.toThrow("deadline");
  expect(isAlive(pid)).toBe(false);
});

test("a brain that ignores SIGTERM is killed after the grace", async () => {
  const file = join(temporaryFolder(), "pid");
  const controller = new AbortController();
  const answer = standIn(["stubborn", file], { limits: { grace: 50 } }).ask(
    aQuestion(),
    aContext(controller.signal),
  );
  const pid = await until(() => pidIn(file));
  controller.abort(new Error("deadline"));
  await expect(answer).rejects.toThrow("deadline");
  expect(isAlive(pid)).toBe(false);
});

test("what a brain leaves behind holds no answer up: its group is ended, a daemon is left alone", async () => {
  const question = aQuestion();
  const brain = standIn(["leave"], { limits: { grace: 50, pipes: 100 } });
  const begun = performance.now();
  const { outcome } = await brain.ask(question, aContext());
  expect(performance.now() - begun).toBeLessThan(30_000);
  const [inGroup = 0, daemon = 0] = JSON.parse((outcome as { results: string }).results) as number[];
  await until(() => !isAlive(inGroup));
  expect(isAlive(daemon)).toBe(true);
  await endLeftovers([{ question: question.question }], { grace: 50 });
  expect(isAlive(daemon)).toBe(false);
});

test("a question given up while the pipes of an ended brain are still open ends what holds them", async () => {
  const question = aQuestion();
  const controller = new AbortController();
  const context = aContext(controller.signal);
  const answer = standIn(["leave"], { limits: { grace: 50, pipes: 60_000 } }).ask(question, context);
  await until(() => context.processes[0] !== undefined && !isAlive(context.processes[0].pid));
  controller.abort(new Error("deadline"));
  await expect(answer).rejects.toThrow("deadline");
  expect(processesOf(question.question)).toEqual([]);
});

test("a fork bomb is gone after its deadline, also what left the session or dropped its environment", async () => {
  const seconds = `600.${process.pid}${Math.floor(Math.random() * 1e6)}`;
  const controller = new AbortController();
  const brain = standIn(["bomb", "50", seconds], { limits: { grace: 100 } });
  const answer = brain.ask(aQuestion(), aContext(controller.signal));
  // 50 shells, each with one that sleeps, and the brain itself.
  await until(() => processesWith(seconds).length >= 101);
  for (const pid of processesWith(`sleep\0${seconds}`).slice(0, 10)) process.kill(pid, "SIGKILL");
  controller.abort(new Error("deadline"));
  await expect(answer).rejects.toThrow("deadline");
  expect(processesWith(seconds)).toEqual([]);
});

/** A host in a process of its own, killed with SIGKILL while its brain runs. */
async function killedHost(file: string, question: string, workspace: string) {
  const host = hostProcess(`
    import { commandBrain } from "./brain/command-brain.js";
    const command = [process.execPath, ${JSON.stringify(join(standIns, "brain.mjs"))}, "stubborn", ${JSON.stringify(file)}];
    const question = { question: ${JSON.stringify(question)}, workspace: ${JSON.stringify(workspace)}, task: { task_id: "t" } };
    const context = { signal: new AbortController().signal, onProcess() {} };
    await commandBrain({ command, cwd: "/", agent: "lead" }).ask(question, context);
  `);
  const pid = await until(() => pidIn(file));
  host.kill("SIGKILL");
  await until(() => host.signalCode === "SIGKILL");
  expect(isAlive(pid)).toBe(true);
  return { pid, started: processStart(pid) ?? "" };
}

test("H26 the brain of a host that was killed is ended at the restart, by pid or by its environment", async () => {
  const folder = temporaryFolder();
  const { question } = aQuestion();
  const byPid = await killedHost(join(folder, "1"), question, "/w/1");
  await endLeftovers([{ ...byPid, question: "q-other", workspace: "/w/other" }], { grace: 50 });
  expect(isAlive(byPid.pid)).toBe(false);

  const byMark = await killedHost(join(folder, "2"), question, "/w/2");
  await endLeftovers([{ question, workspace: "/w/other" }], { grace: 50 });
  expect(isAlive(byMark.pid)).toBe(true);
  await endLeftovers([{ question, workspace: "/w/2" }], { grace: 50 });
  expect(isAlive(byMark.pid)).toBe(false);
});

test("of a thousand questions that were open the one with a process is found without a look at what runs for each", async () => {
  const file = join(temporaryFolder(), "pid");
  const question = aQuestion();
  const controller = new AbortController();
  const answer = standIn(["hang", file]).ask(question, aContext(controller.signal));
  const pid = await until(() => pidIn(file));
  const leftovers = Array.from({ length: 1_000 }, (_, n) => ({ question: `q-open-${n}` }));
  const list = vi.fn(listProcesses);
  await endLeftovers([...leftovers, { question: question.question }], { grace: 50 }, list);
  expect(list.mock.calls.length).toBeLessThan(leftovers.length / 2);
  expect(isAlive(pid)).toBe(false);
  expect((await answer).outcome).toMatchObject({ error: expect.stringMatching("SIGTERM") });
});

test("where no question was open nothing is looked for", async () => {
  const list = vi.fn(listProcesses);
  await endLeftovers([], {}, list);
  expect(list).not.toHaveBeenCalled();
});

test("a pid that is another process's by now is not touched", async () => {
  const bystander = spawn("sleep", ["60"], { detached: true });
  const pid = bystander.pid ?? 0;
  const started = String(Number(processStart(pid)) - 1);
  await endLeftovers(
    [
      { question: "q-none", pid, started },
      { question: "q-none", pid },
    ],
    { grace: 50 },
  );
  expect(isAlive(pid)).toBe(true);
  await endLeftovers([{ question: "q-none", pid, started: processStart(pid) }], { grace: 50 });
  expect(isAlive(pid)).toBe(false);
});

test("a number that would reach ourselves, or everybody, is sent nothing", async () => {
  const kill = vi.spyOn(process, "kill").mockReturnValue(true);
  onTestFinished(() => kill.mockRestore());
  for (const pid of [0, 1, -1, process.pid]) {
    await endProcessGroup(pid, { grace: 50 });
    await endLeftovers([{ question: "q-none", pid, started: processStart(Math.abs(pid)) }], { grace: 50 });
  }
  expect(kill).not.toHaveBeenCalled();
});

test("ending what is gone, or never was, harms nothing", async () => {
  expect(await endProcessGroup(2 ** 22 - 2, { grace: 50 })).toBe(true);
  await endLeftovers([{ question: "q-never", pid: 2 ** 22 - 2, started: "1" }], { grace: 50 });
});
