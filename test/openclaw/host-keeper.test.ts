import { expect, test } from "vitest";
import type { HostEvent } from "../../src/host/events.ts";
import { HostKeeper, type KeptHost } from "../../src/openclaw/host-keeper.ts";
import { ClawflowError } from "../../src/protocol/errors.ts";
import { until } from "../host/until.ts";

/** Hosts that say what happens to them, and a clock that is turned by hand. */
function rig(open: (attempt: number) => Error | undefined = () => undefined, atStop?: Error) {
  const told: string[] = [];
  const timers: { ms: number; callback: () => void }[] = [];
  const listeners: ((event: HostEvent) => void)[] = [];
  let running = 0;
  let attempts = 0;
  const keeper = new HostKeeper<KeptHost>({
    clock: {
      after(ms, callback) {
        const timer = { ms, callback };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    },
    async open() {
      const fault = open(++attempts);
      if (fault !== undefined) throw fault;
      let error: Error | undefined;
      return {
        get error() {
          return error;
        },
        on(listener) {
          listeners.push((event) => {
            if (event.type === "host:failed") error = event.error;
            listener(event);
          });
          return () => {};
        },
        async start() {
          expect(++running).toBe(1);
        },
        async stop() {
          running--;
          told.push("stopped");
          error ??= atStop;
          if (error !== undefined) throw error;
        },
      };
    },
    onEvent: () => {},
    onFault: (error) => told.push(`fault: ${error.message}`),
    onRunning: () => told.push("running"),
  });
  const pass = async () => {
    const timer = await until(() => timers.shift());
    timer.callback();
    return timer.ms;
  };
  const fail = (error: Error) => listeners.at(-1)?.({ type: "host:failed", error });
  return { keeper, told, timers, pass, fail, attempts: () => attempts };
}

test("a host that fails while it is stopped says so", async () => {
  const { keeper, told } = rig(undefined, new Error("the disk failed"));
  keeper.start();
  await until(() => told.includes("running"));
  await keeper.stop();
  expect(told).toEqual(["running", "stopped", "fault: the disk failed"]);
});

const locked = () => new ClawflowError("E_LOCKED", "another host has them");

test("it waits while another host has the agents, says so once, and runs when they are free", async () => {
  const { keeper, told, pass } = rig((attempt) => (attempt < 4 ? locked() : undefined));
  keeper.start();
  for (let look = 0; look < 3; look++) expect(await pass()).toBe(1_000);
  await until(() => keeper.host);
  await until(() => told.includes("running"));
  expect(told).toEqual([`fault: ${locked().message}`, "running"]);
  await keeper.stop();
  expect(told.at(-1)).toBe("stopped");
});

test("a host that fails is opened again from the files, later each time it does not open", async () => {
  const broken = new Error("no space");
  const { keeper, told, pass, fail } = rig((attempt) =>
    attempt === 2 || attempt === 3 ? broken : undefined,
  );
  keeper.start();
  await until(() => told.includes("running"));
  fail(broken);
  expect(await pass()).toBe(1_000);
  expect(await pass()).toBe(2_000);
  expect(await pass()).toBe(4_000);
  await until(() => told.filter((line) => line === "running").length === 2);
  expect(told).toEqual(["running", "stopped", "fault: no space", "running"]);
  await keeper.stop();
});

test("stop ends what waits: nothing is opened after it", async () => {
  const { keeper, timers, attempts } = rig(() => locked());
  keeper.start();
  await until(() => timers.length > 0);
  await keeper.stop();
  expect(timers).toEqual([]);
  expect(attempts()).toBe(1);
  expect(keeper.isStopping).toBe(true);
});

test("stop while it opens ends the host that comes of it", async () => {
  const { keeper, told } = rig();
  keeper.start();
  await keeper.stop();
  expect(told.filter((line) => line === "running").length).toBe(
    told.filter((line) => line === "stopped").length,
  );
  expect(keeper.host).toBeUndefined();
});
