import { beforeEach, expect, test, vi } from "vitest";
import type { HostEvent } from "../../src/host/events.ts";
import { ClawflowError } from "../../src/protocol/errors.ts";
import { tempRoot } from "../host/team.ts";
import { TEAM, until, writeFiles } from "./cli.ts";
import { fakeIo } from "./fake-io.ts";

const { openHost, signal } = vi.hoisted(() => ({
  openHost: vi.fn(),
  signal: { current: new AbortController() },
}));
vi.mock("../../src/cli/open-host.ts", () => ({ openHost }));
vi.mock("../../src/cli/stop-signal.ts", () => ({
  stopSignal: () => ({ signal: signal.current.signal, reason: () => "signal", release() {} }),
}));

const { upCommand } = await import("../../src/cli/commands/up.ts");

/** A host that runs until it is told to fail. */
function host() {
  const listeners: ((event: HostEvent) => void)[] = [];
  const made = {
    error: undefined as Error | undefined,
    agents: ["lead", "worker"],
    on: (listener: (event: HostEvent) => void) => void listeners.push(listener),
    start: vi.fn(async () => {}),
    stop: vi.fn(async () => {}),
    fail(error: Error) {
      made.error = error;
      for (const listener of listeners) listener({ type: "host:failed", error });
    },
  };
  return made;
}

function place(): ReturnType<typeof fakeIo> {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  return fakeIo({ cwd });
}

beforeEach(() => {
  openHost.mockReset();
  signal.current = new AbortController();
});

test("a host that failed by the disk is started again from the files, also if that fails at first", async () => {
  const io = place();
  const [first, second] = [host(), host()];
  openHost.mockResolvedValueOnce(first);
  openHost.mockRejectedValueOnce(new ClawflowError("E_DISK_FULL", "the disk is full"));
  openHost.mockResolvedValueOnce(second);
  const over = upCommand(io, {});
  await until(() => first.start.mock.calls.length > 0 || undefined);
  first.fail(new ClawflowError("E_DISK", "the disk failed"));
  await until(() => second.start.mock.calls.length > 0 || undefined);
  signal.current.abort();
  expect(await over).toBe(0);
  expect(first.stop).toHaveBeenCalledOnce();
  expect(second.stop).toHaveBeenCalledOnce();
  expect(io.errText()).toMatch(/E_DISK: the disk failed\nStarting again from the files in 1\.0s\./);
  expect(io.errText()).toMatch(/E_DISK_FULL: the disk is full\nStarting again from the files in 2\.0s\./);
});

test("any other failure ends it, and so does a root that another process has", async () => {
  const failing = host();
  openHost.mockResolvedValueOnce(failing);
  const over = upCommand(place(), {});
  over.catch(() => {});
  await until(() => failing.start.mock.calls.length > 0 || undefined);
  failing.fail(new ClawflowError("E_LOCKED", "another process has taken over"));
  await expect(over).rejects.toMatchObject({ code: "E_LOCKED" });
  expect(failing.stop).toHaveBeenCalledOnce();
  openHost.mockRejectedValueOnce(new ClawflowError("E_LOCKED", "another host is running here"));
  await expect(upCommand(place(), {})).rejects.toMatchObject({ code: "E_LOCKED" });
});

test("--only hosts those alone, and knows their names", async () => {
  openHost.mockResolvedValue(host());
  signal.current.abort();
  expect(await upCommand(place(), { only: "worker, lead" })).toBe(0);
  expect(openHost).toHaveBeenLastCalledWith(
    expect.anything(),
    expect.objectContaining({
      only: ["worker", "lead"],
      takeOver: false,
    }),
  );
  await expect(upCommand(place(), { only: "wroker" })).rejects.toMatchObject({ code: "E_UNKNOWN_AGENT" });
});
