import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "vitest";
import { firstContextClock, firstContextSubagent, inFirstContext } from "../../src/openclaw/first-context.ts";
import type { SubagentRuntime } from "../../src/openclaw/types.ts";

const caller = new AsyncLocalStorage<string>();
inFirstContext(() => {});

test("what a tool's call wakes does not go on as that call", async () => {
  const clock = firstContextClock();
  for (const ms of [0, 1]) {
    const seen = await new Promise((resolve) => {
      caller.run("a tool", () => clock.after(ms, () => resolve(caller.getStore())));
    });
    expect(seen).toBeUndefined();
  }
});

test("turns are asked for as by the service itself, whoever asks", async () => {
  const seen: [string, string | undefined][] = [];
  const asIs = (name: string) => async () => {
    seen.push([name, caller.getStore()]);
    return {} as never;
  };
  const names = ["run", "waitForRun", "getSessionMessages", "deleteSession", "complete"] as const;
  const subagent = Object.fromEntries(names.map((name) => [name, asIs(name)])) as unknown as SubagentRuntime;
  const own = firstContextSubagent({ subagent });
  await caller.run("a tool", () => Promise.all(names.map((name) => own[name]({} as never))));
  expect(seen).toEqual(names.map((name) => [name, undefined]));
});
