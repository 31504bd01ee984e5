import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "vitest";
import { formatRecord } from "../../src/store/journal-record.ts";
import { deadLetters, filesBelow, readTask } from "../host/files.ts";
import { until } from "../host/until.ts";
import { type Copy, GatedTeam } from "./gated-team.ts";
import { Tally } from "./tally.ts";

const FAULTS = ["deleted", "misread", "not named", "stuck"] as const;
type Counts = Tally<(typeof FAULTS)[number]>;

test("F18 what version 1 of the protocol left is read", async () => {
  const tally = new Tally(FAULTS);

  const team = await new GatedTeam().start();
  team.letGo("old-mail");
  const text =
    "---\ntype: task\ntask_id: old-mail\nfrom: human\nto: lead\nlegacy_key: kept\n---\n# Old\n\nDo it.\n";
  team.drop({ to: "lead", name: "task-old-mail.md", bytes: Buffer.from(text) });
  await until(() => readTask(join(team.root, "lead"), "old-mail"), "a task").catch(() => {});
  const task = await tally.within("stuck", "old-mail", team.host.finished("lead", "old-mail"));
  tally.check("misread", task?.status === "done", `${task?.status} ${task?.error}`);
  await team.host.stop();
  tally.check("deleted", hashesBelow(team.root).has(hashOf(text)), "the message");
  tally.add("read");

  const old = new GatedTeam();
  const files = {
    "lead/mailbox/inbox/.keep": "",
    "lead/mailbox/archive/reply-first.md":
      "---\ntype: reply\ntask_id: split\nsubtask_id: first\nfrom: worker\nstatus: done\n---\nA\n",
    "lead/mailbox/archive/undated.md": "no message at all",
    "lead/tasks/split/task.md":
      "---\ntask_id: split\nstatus: executing\n---\n# Task: Split\n\n## Instructions\n\nGo.\n\n## DAG\n\n- id: first\n  agent: worker\n  task: A\n  status: done\n- id: second\n  agent: worker\n  task: B\n  depends_on: first\n\n## Subtask Results\n\n### first\n\nA is long.\n",
    "lead/tasks/over/task.md":
      "---\ntask_id: over\nstatus: done\n---\n# Task: Over\n\n## Results\n\nLong done.\n",
  };
  writeAll(old.root, files);
  const before = hashesBelow(old.root);
  old.letGo("split");
  await old.start();
  const split = await tally.within("stuck", "split", old.host.finished("lead", "split"));
  tally.check("misread", split?.status === "done", `${split?.status} ${split?.error}`);
  tally.check(
    "misread",
    split?.subtasks.get("first")?.results === "A is long.",
    "the results that were there",
  );
  tally.check("misread", old.host.task("lead", "over")?.status === "done", "the finished one");
  await old.host.stop();
  checkKept(tally, old.root, before);
  tally.add("read");
  tally.record("F18", "a message and a workspace of version 1", 2);
});

test("F18 what a later version sends is read as far as it can be, or refused and kept", async () => {
  const tally = new Tally(FAULTS);
  const team = await new GatedTeam().start();
  const lead = join(team.root, "lead");

  const later = changed(team.job("later"), "clawflow: 2", "clawflow: 3");
  team.drop(later);
  await until(() => deadLetters(lead)[later.name], "a dead letter").catch(() => {});
  tally.check(
    "not named",
    /^E_VERSION: /.test(deadLetters(lead)[later.name] ?? ""),
    "a task of a later version",
  );
  tally.add("refused");

  team.drop(team.job("reply"));
  await team.working("reply");
  const sent = team.sent("lead", "task", "reply").bytes.toString();
  const id = /^id: (\S+)$/m.exec(sent)?.[1];
  const reply: Copy = {
    to: "lead",
    name: "reply-later.md",
    bytes: Buffer.from(
      `---\nclawflow: 3\ntype: reply\nid: m-later\ntask_id: reply\nsubtask_id: work\nattempt: 1\nfrom: worker\nto: lead\nin_reply_to: ${id}\nsent_at: 2026-11-20T12:00:00Z\nstatus: done\n---\n## Hologram\n\nother\n`,
    ),
  };
  team.drop(reply);
  await until(() => deadLetters(lead)[reply.name], "a dead letter").catch(() => {});
  tally.check(
    "not named",
    /^E_VERSION: /.test(deadLetters(lead)[reply.name] ?? ""),
    "a reply of a later version",
  );
  team.letGo("reply");
  const waited = await tally.within("stuck", "reply", team.host.finished("lead", "reply"));
  tally.check("misread", waited?.text.output === "with did job reply", `${waited?.text.output}`);
  tally.add("refused");

  const keys = changed(team.job("keys"), "from: human", "x_hologram: {depth: [1, 2]}\nfrom: human");
  team.letGo("keys");
  team.drop(keys);
  const read = await tally.within("stuck", "keys", team.host.finished("lead", "keys"));
  tally.check("misread", read?.text.output === "with did job keys", `${read?.error}`);
  tally.add("read");

  // As a later version would leave a task of the same number: with keys of its own.
  team.drop(team.job("task"));
  await team.working("task");
  const path = join(lead, "tasks", "task", "task.md");
  await until(() => existsSync(path) && readFileSync(path, "utf8").includes("status: dispatched"), "task.md");
  await team.host.stop();
  const mark = (text: string) =>
    text
      .replace("rev:", "x_hologram: {depth: 3}\nrev:")
      .replace(/^ {4}agent: worker$/m, "    x_ray: soft\n    agent: worker");
  for (const one of [path, join(lead, ".clawflow", "base", "task.md")])
    writeFileSync(one, mark(readFileSync(one, "utf8")));
  await team.start();
  team.letGo("task");
  const done = await tally.within("stuck", "task", team.host.finished("lead", "task"));
  tally.check("misread", done?.status === "done", `${done?.status} ${done?.error}`);
  await team.host.stop();
  const text = readFileSync(path, "utf8");
  tally.check("deleted", text.includes("x_hologram: {depth: 3}") && text.includes("x_ray: soft"), text);
  tally.add("read");

  const kept = hashesBelow(team.root);
  for (const { name, bytes } of [later, reply, keys]) tally.check("deleted", kept.has(hashOf(bytes)), name);
  tally.record(
    "F18",
    "a later version's TASK and REPLY, and keys that are not known in a message and in task.md",
    4,
  );
});

test("F18 an older program on the files of a later one refuses them, and nothing is changed", async () => {
  const tally = new Tally(FAULTS);
  const team = await new GatedTeam().start();
  team.letGo("over");
  team.drop(team.job("over"));
  await team.host.finished("lead", "over");
  team.drop(team.job("open"));
  await team.working("open");
  await until(() => existsSync(join(team.root, "lead", ".clawflow", "base", "open.md")), "a base copy");
  await team.host.stop();

  const batch = {
    commits: [{ agent: "lead", workspace: "../lead", clock: 1, ops: [{ op: "hologram" } as never] }],
  };
  const journal = formatRecord(1_000_000, 1, batch);
  const version = Buffer.from(journal.toString().replace("clawflow-journal 1", "clawflow-journal 2"));
  for (const [what, name, content] of [
    ["a layout of a later version", "lead/.clawflow/version", "2\n"],
    ["a journal of a later version", ".clawflow/journal", version],
    ["an operation of a later version in the journal", ".clawflow/journal", journal],
  ] as const) {
    const path = join(team.root, name);
    const was = readFileSync(path);
    writeFileSync(path, content);
    const before = snapshot(team.root);
    const error = await team.start().then(
      () => undefined,
      (reason: unknown) => `${(reason as { code?: string }).code}: ${reason}`,
    );
    tally.check("not named", /E_LAYOUT.*newer version/.test(error ?? ""), `${what}: ${error}`);
    tally.check(
      "deleted",
      equal(before, snapshot(team.root)),
      `${what}: ${difference(before, snapshot(team.root))}`,
    );
    tally.add("refused");
    writeFileSync(path, was);
  }
  await downgradedTasks(team, tally);
  tally.record(
    "F18",
    "an older program on the layout, the journal and the tasks of a later one, and the later one again",
    5,
  );
});

/** An open and a finished task that a later version wrote: told of, left alone, kept by gc, and gone on with by that version. */
async function downgradedTasks(team: GatedTeam, tally: Counts): Promise<void> {
  const own = join(team.root, "lead", ".clawflow", "base");
  const texts = readdirSync(own)
    .filter((name) => /^(?:open|over)/.test(name))
    .map((name) => join(own, name));
  const paths = [...texts, ...["open", "over"].map((id) => join(team.root, "lead", "tasks", id, "task.md"))];
  const turn = (from: string, to: string) => {
    for (const path of paths)
      writeFileSync(path, readFileSync(path, "utf8").replace(`clawflow: ${from}`, `clawflow: ${to}`));
  };
  turn("2", "3");
  const before = hashesBelow(team.root);
  await team.start();
  tally.check(
    "not named",
    team.problems.some((text) => /open\.md cannot be read: E_VERSION/.test(text)),
    team.problems.join("\n"),
  );
  const again = { ...team.job("open"), name: "Again.md" };
  team.drop(again);
  const lead = join(team.root, "lead");
  await until(() => deadLetters(lead)["Again.md"], "a dead letter").catch(() => {});
  tally.check("not named", /^E_VERSION: /.test(deadLetters(lead)["Again.md"] ?? ""), "the task again");
  await team.host.stop();
  team.ahead = 365 * 24 * 3600 * 1000;
  // Of the job that is over the part of the worker, which any version can read.
  const removed = await team.removeOld();
  tally.check("deleted", removed.tasks === 1, `${removed.tasks} tasks by gc`);
  team.ahead = 0;
  checkKept(tally, team.root, before, (path) => /-over[-.]|^worker\/tasks\/over\.work\//.test(path));
  tally.add("refused", 2);

  turn("3", "2");
  await team.start();
  team.letGo("open");
  const task = await tally.within("stuck", "open", team.host.finished("lead", "open"));
  tally.check("misread", task?.text.output === "with did job open", `${task?.status} ${task?.error}`);
  tally.check("misread", team.calls("lead", "consider", "open") === 1, "open was considered anew");
  await team.host.stop();
  tally.add("gone on with");
}

function changed({ to, name, bytes }: Copy, from: string, by: string): Copy {
  return { to, name, bytes: Buffer.from(bytes.toString().replace(from, by)) };
}

function writeAll(root: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

function hashOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Of every file but those of the claim, the running clock, what says whose a workspace is, and the mark of a start that failed. */
function snapshot(root: string): Map<string, string> {
  const names = filesBelow(root).filter(
    (name) => !/(?:^|\/)\.clawflow\/(?:host|clock|owner|failed)/.test(name),
  );
  return new Map(names.map((name) => [name, hashOf(readFileSync(join(root, name)))]));
}

function hashesBelow(root: string): Map<string, string> {
  return new Map([...snapshot(root)].map(([name, hash]) => [hash, name]));
}

/** What stood in files before stands in one still, wherever that is now. */
function checkKept(
  tally: Counts,
  root: string,
  before: ReadonlyMap<string, string>,
  mayGo: (path: string) => boolean = () => false,
): void {
  const now = hashesBelow(root);
  for (const [hash, name] of before) tally.check("deleted", now.has(hash) || mayGo(name), name);
}

function equal(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return difference(a, b) === "";
}

function difference(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name)).join(" ");
}
