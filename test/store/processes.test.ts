import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "./helpers.ts";
import { type CompiledStore, compileStore, ended, says } from "./store-process.ts";

let compiled: CompiledStore;
beforeAll(() => {
  compiled = compileStore();
});
afterAll(() => compiled.remove());

/** Whoever guesses from age that a holder is gone needs longer, milliseconds. */
const BY_AGE = 8_000;

const PRELUDE = `
  import { readFileSync, writeFileSync } from "node:fs";
  import { nodeDisk } from "./store/node-disk.js";
  import { nodeProcess } from "./store/process-identity.js";
  import { withLock } from "./store/with-lock.js";
  import { openStore } from "./store/open-store.js";
  const [root] = process.argv.slice(2);
  const disk = nodeDisk();
  const exclusive = withLock(disk, nodeProcess(disk));
  const forever = () => new Promise(() => setInterval(() => {}, 1000));
  const storeAt = () => openStore({
    disk, directory: root + "/.host", process: nodeProcess(disk), durability: "full",
    monotonic: () => performance.now(), wall: () => Date.now(), onProblem: (_, text) => console.log(text),
  });
  const workspacesOf = (store) =>
    store.openWorkspaces(["lead", "reader"].map((agent) => ({ agent, directory: root + "/" + agent })));
`;

test("six processes, 300 increments each under the lock: none is lost", async () => {
  const root = temporaryFolder();
  const file = join(root, "counter");
  writeFileSync(file, "0");
  const script = `${PRELUDE}
    for (let n = 0; n < 300; n++) {
      await exclusive(root + "/counter", async () => {
        const count = Number(readFileSync(root + "/counter", "utf8"));
        await new Promise((resolve) => setImmediate(resolve));
        writeFileSync(root + "/counter", String(count + 1));
      });
    }`;
  const children = Array.from({ length: 6 }, () => compiled.run(script, [root]));
  await Promise.all(children.map(ended));
  expect(readFileSync(file, "utf8")).toBe("1800");
});

test("a holder of the lock that is killed is taken over at once", async () => {
  const root = temporaryFolder();
  const holding = compiled.run(
    `${PRELUDE} await exclusive(root + "/x", async () => { console.log("holding"); await forever(); });`,
    [root],
  );
  await says(holding, "holding");
  holding.kill("SIGKILL");
  await ended(holding);
  const next = compiled.run(
    `${PRELUDE}
    const began = performance.now();
    await exclusive(root + "/x", async () => console.log("ms " + Math.round(performance.now() - began)));`,
    [root],
  );
  const text = await ended(next);
  expect(Number(/ms (\d+)/.exec(text)?.[1])).toBeLessThan(BY_AGE);
});

test("a host that is killed is taken over at once, with all that it had committed", async () => {
  const root = temporaryFolder();
  const script = `${PRELUDE}
    const began = performance.now();
    const store = await storeAt();
    const [lead] = await workspacesOf(store);
    console.log("took " + Math.round(performance.now() - began) + " open " + lead.tasks.size);
    for (let n = lead.tasks.size + 1; ; n++) {
      store.stage(lead, [{ op: "file", path: "tasks/t/calls/" + n + ".json", text: "{}" },
        { op: "create", task: { ...JSON.parse(process.argv[3]), task_id: "t" + n, subtasks: new Map() } }]);
      await store.commit();
      console.log("committed " + n + ".");
    }`;
  const task = JSON.stringify({
    clawflow: 2,
    title: "T",
    mode: "undecided",
    status: "pending",
    from: "human",
    body_hash: "0",
    rev: 1,
    number: 0,
    reply_to: { task_id: "t", attempt: 1, message: "m" },
    trace: { root: "t", depth: 0, path: ["lead"] },
    used: {},
    policy: { on_failure: "fail-fast", max_attempts: 1, concurrency: 8, approval: "never" },
    calls: 0,
    created_at: "2026-11-20T12:00:00Z",
    text: { instructions: "", context: "", expected_output: "", notes: "", output: "", partial: "" },
  });
  let known = 0;
  for (let round = 1; round <= 4; round++) {
    const child = compiled.run(script, [root, task]);
    const done = ended(child);
    await says(child, `committed ${known + 10 * round}.`);
    child.kill("SIGKILL");
    const text = await done;
    expect(Number(/open (\d+)/.exec(text)?.[1])).toBeGreaterThanOrEqual(known);
    expect(Number(/took (\d+)/.exec(text)?.[1])).toBeLessThan(BY_AGE);
    known = Number([...text.matchAll(/committed (\d+)\./g)].at(-1)?.[1]);
  }
});

test("a second host is refused while the first one runs, and the first one goes on", async () => {
  const root = temporaryFolder();
  const first = compiled.run(
    `${PRELUDE} const store = await storeAt(); await workspacesOf(store); console.log("hosting"); await forever();`,
    [root],
  );
  await says(first, "hosting");
  const text = await ended(
    compiled.run(
      `${PRELUDE} await storeAt().catch((error) => console.log(error.code + " " + error.message));`,
      [root],
    ),
  );
  expect(text).toContain(`E_LOCKED`);
  expect(text).toContain(`process ${first.pid}`);
  first.kill("SIGKILL");
  await ended(first);
});
