import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { notifyCommand } from "../../src/cli/commands/notify.ts";
import { notifyDeadShape, notifyShape, notifyTestShape } from "../../src/cli/json-shapes.ts";
import { NotifyLog, notifyPaths } from "../../src/notify/notify-log.ts";
import { placeOf } from "../../src/notify/rules.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { fakeIo } from "../cli/fake-io.ts";
import { tempRoot } from "../host/team.ts";
import { notice } from "./fakes.ts";

const COMMAND = [process.execPath, "-e", "process.exit(process.env.CLAWFLOW_NOTIFY_TEST === '1' ? 0 : 1)"];
const place = placeOf({ command: COMMAND, timeout: "10s" }).id;
const at = "2026-11-21T10:00:00.000Z";

/** A root in which a message was told, and another could not be. */
async function setUp() {
  const cwd = tempRoot();
  const rules = [
    { on: ["failed"], to: { command: COMMAND } },
    { on: ["failed"], to: { command: ["/nowhere/tell"] } },
  ];
  writeFileSync(
    join(cwd, "team.yaml"),
    `agents: {lead: {brain: {text: claude}}}\nnotify: ${JSON.stringify(rules)}\n`,
  );
  const host = join(cwd, ".clawflow/agents/.clawflow");
  mkdirSync(host, { recursive: true });
  const log = await NotifyLog.open(nodeDisk(), host, Date.now());
  for (const id of ["one", "two"]) {
    const event = notice(id, { title: "\u001b]0;owned\u0007" });
    log.add({ do: "due", at, place, event });
    log.add({
      do: "try",
      at,
      place,
      message: `n-${id}`,
      events: [event.id],
      try: 1,
      headline: `${id} \u001b[31m`,
    });
  }
  log.add({ do: "told", at, place, message: "n-one", events: ["e-one"] });
  const dead = { message: "n-two", place, to: "tell", at, tries: 10, error: "no", headline: "two" };
  await log.bury({ ...dead, events: [notice("two")] });
  log.add({ do: "dead", at, place, message: "n-two", events: ["e-two"], error: "no" });
  log.close();
  const run = async (...[action = "list", what, json = false]: [string?, string?, boolean?]) => {
    const io = fakeIo({ cwd });
    const code = await notifyCommand(io, action, what, { json });
    return { code, out: io.outText() };
  };
  return { run, paths: notifyPaths(host) };
}

test("it lists what was told and what could not be, without a terminal obeying any of it", async () => {
  const { run } = await setUp();
  const { places, deliveries } = notifyShape.parse(JSON.parse((await run("list", undefined, true)).out));
  expect(places.map(({ waiting }) => waiting)).toEqual([0, 0]);
  expect(deliveries.map(({ message, state }) => [message, state]).sort()).toEqual([
    ["n-one", "told"],
    ["n-two", "dead"],
  ]);
  const { dead } = notifyDeadShape.parse(JSON.parse((await run("dead", undefined, true)).out));
  expect(dead.map(({ message, tries, events }) => [message, tries, events])).toEqual([["n-two", 10, 1]]);
  const text = (await run()).out + (await run("dead")).out;
  expect(text).toContain("told");
  expect(text).not.toContain("\u001b");
});

test("what could not be told is laid where the host finds it", async () => {
  const { run, paths } = await setUp();
  await expect(run("retry", "n-three")).rejects.toThrow("name a message that could not be told");
  await expect(run("retry")).rejects.toThrow("name a message that could not be told");
  await run("retry", "n-two");
  expect(existsSync(join(paths.dead, "n-two.json"))).toBe(false);
  expect(JSON.parse(readFileSync(join(paths.again, "n-two.json"), "utf8")).message).toBe("n-two");
});

test("a test tells of each place whether it was reached", async () => {
  const { run } = await setUp();
  const { code, out } = await run("test", undefined, true);
  const { tested } = notifyTestShape.parse(JSON.parse(out));
  expect([code, tested.map(({ ok }) => ok)]).toEqual([1, [true, false]]);
  expect((await run("test", place)).code).toBe(0);
  await expect(run("test", "elsewhere")).rejects.toThrow("there is no such place");
  await expect(run("tell")).rejects.toThrow("not something to do");
});

test("a log of any length is shortened to what counts", async () => {
  const folder = tempRoot();
  const disk = nodeDisk();
  const log = await NotifyLog.open(disk, folder, Date.now());
  for (let index = 0; index < 2_500; index++) {
    const event = notice(`t${index}`);
    const about = { at, place: "desktop", message: `n-${index}`, events: [event.id] };
    log.add({ do: "due", at, place: "desktop", event });
    log.add({ do: "try", ...about, try: 1, headline: "h" });
    if (index < 2_490) log.add({ do: "told", ...about });
  }
  const before = readFileSync(notifyPaths(folder).log).length;
  await log.shorten(Date.now() + 30 * 24 * 3_600_000, (id) => id === "e-t5");
  log.add({ do: "told", at, place: "desktop", message: "n-2499", events: ["e-t2499"] });
  log.close();
  expect(readFileSync(notifyPaths(folder).log).length).toBeLessThan(before / 3);
  const again = await NotifyLog.open(disk, folder, Date.now());
  const state = again.places.get("desktop");
  again.close();
  expect(state?.due.size).toBe(9);
  expect(state?.open.size).toBe(9);
  expect([state?.known.has("e-t5"), state?.known.has("e-t6"), state?.known.has("e-t2499")]).toEqual([
    true,
    false,
    true,
  ]);
});
