import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, expect, test } from "vitest";
import {
  findFirstContext,
  firstContextClock,
  firstContextSubagent,
  inFirstContext,
} from "../../src/openclaw/first-context.ts";
import type { SubagentRuntime } from "../../src/openclaw/types.ts";

const caller = new AsyncLocalStorage<string>();
/** As the gateway's, made before anybody asked for anything. */
const server = createServer().listen(0, "127.0.0.1");
afterAll(() => server.close());
// Tests before this one may have been here, in the same process.
for (const name of ["clawflow.first-context.1", "clawflow.first-context.found.1"])
  Reflect.deleteProperty(globalThis, Symbol.for(name));
// As where the plugin is installed into a gateway that runs.
caller.run("who installs it", () => inFirstContext(() => {}));

test("registered in a request, all goes on as the gateway's own when its server is found", async () => {
  if (!server.listening) await once(server, "listening");
  const seen = () => inFirstContext(() => caller.getStore());
  const { port } = server.address() as AddressInfo;
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port: nobody } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, "close");
  for (const none of [Number.NaN, 0, 99_999, nobody]) {
    await caller.run("a client", () => findFirstContext(none));
    expect(seen()).toBe("who installs it");
  }
  await caller.run("a client", () => findFirstContext(port));
  expect(seen()).toBeUndefined();
});

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
