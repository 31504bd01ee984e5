import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type DoctorOptions, doctorCommand } from "../../src/cli/commands/doctor.ts";
import { submitTask } from "../../src/host/submit.ts";
import { formatTask } from "../../src/protocol/task-document.ts";
import { formatRecord } from "../../src/store/journal-record.ts";
import { openStore } from "../../src/store/open-store.ts";
import { nodeProcess } from "../../src/store/process-identity.ts";
import { examine } from "../../src/view/doctor/examine.ts";
import { until } from "../host/until.ts";
import { aMessage, aTask, fileOf, sendOp } from "../store/helpers.ts";
import { disk, finishedJob, startTeam } from "../view/team.ts";
import { fakeIo } from "./fake-io.ts";

type Job = Awaited<ReturnType<typeof finishedJob>>;

interface Told {
  kind: string;
  agent?: string;
  path: string;
  text: string;
  fix?: string;
  todo?: string;
}

async function doctor(root: string, options: DoctorOptions = {}, agent?: string) {
  const io = fakeIo({ cwd: root });
  const code = await doctorCommand(io, agent, { root, json: true, ...options });
  const { findings, fixed, hosts } = JSON.parse(io.outText()) as {
    findings: Told[];
    fixed: Told[];
    hosts: { pid: number; agents: string[] }[];
  };
  return { code, findings, fixed, hosts };
}

const BLOB = "ab".repeat(32);

test("says nothing of a root that is as its host left it", async () => {
  const { root } = await finishedJob();
  expect(await doctor(root)).toEqual({ code: 0, findings: [], fixed: [], hosts: [] });
});

test("nor of one whose host was stopped in the middle of a job", async () => {
  const { root, host } = await startTeam();
  const { task_id } = await submitTask(host, "lead", "ask me");
  await until(() => host.task("lead", task_id)?.waiting);
  await host.stop();
  expect((await doctor(root)).findings).toEqual([]);
});

/** How each is made in the files of a finished job, what is said of it, and whether `--fix` mends it, a person must, or nobody. */
const FAULTS: [string, Told["kind"], (job: Job) => void, RegExp, "mended" | "yours" | "told"][] = [
  [
    "a swap file in an inbox",
    "foreign",
    ({ root }) => writeFileSync(join(root, "lead/mailbox/inbox/.task.md.swp"), "x"),
    /not a message by its name.*left alone/,
    "told",
  ],
  [
    "vim's probe in an inbox",
    "foreign",
    ({ root }) => writeFileSync(join(root, "lead/mailbox/inbox/4913"), ""),
    /not a message by its name/,
    "told",
  ],
  [
    "a message without .md in an inbox",
    "foreign",
    ({ root }) => writeFileSync(join(root, "lead/mailbox/inbox/job.txt"), "Do it"),
    /not a message by its name/,
    "yours",
  ],
  [
    "a link in an inbox",
    "foreign",
    ({ root }) => symlinkSync("/etc/hostname", join(root, "lead/mailbox/inbox/link.md")),
    /a symbolic link: it can never be taken/,
    "mended",
  ],
  [
    "a folder in an inbox",
    "foreign",
    ({ root }) => {
      mkdirSync(join(root, "lead/mailbox/inbox/sub"));
      writeFileSync(join(root, "lead/mailbox/inbox/sub/task.md"), "Do it");
    },
    /a folder: it can never be taken/,
    "mended",
  ],
  ...(
    [
      ["tasks/notes.txt", /not the folder of a task/],
      ["mailbox/outbox/notes.txt", /not a message that was sent/],
      ["mailbox/outbox/pending/.DS_Store", /it is never sent/],
      ["mailbox/archive/notes.md", /not a folder of the archive/],
      ["mailbox/dead/notes.txt", /neither a dead letter/],
      ["mailbox/tmp/notes.txt", /not staged by the runtime/],
      [".clawflow/notes.txt", /not one of the runtime's files/],
    ] as const
  ).map(
    ([name, text]) =>
      [
        `a foreign file: ${name}`,
        "foreign",
        ({ root }: Job) => writeFileSync(join(root, "lead", name), "x"),
        text,
        "told",
      ] as [string, string, (job: Job) => void, RegExp, "told"],
  ),
  [
    "a foreign file in the host's folder",
    "foreign",
    ({ root }) => writeFileSync(join(root, ".clawflow/notes.txt"), "x"),
    /not a file of the host/,
    "told",
  ],
  [
    "results of no subtask",
    "orphan",
    ({ root, task_id }) => {
      mkdirSync(join(root, "lead/tasks", task_id, "results"), { recursive: true });
      writeFileSync(join(root, "lead/tasks", task_id, "results/third.md"), "x");
    },
    /results of third, which is no subtask/,
    "told",
  ],
  [
    "a call that the task does not count",
    "orphan",
    ({ root, task_id }) => writeFileSync(join(root, "lead/tasks", task_id, "calls/99.json"), "{}"),
    /a call that the task does not count/,
    "told",
  ],
  [
    "a task folder without a task",
    "orphan",
    ({ root }) => {
      mkdirSync(join(root, "lead/tasks/lost/results"), { recursive: true });
      writeFileSync(join(root, "lead/tasks/lost/results/one.md"), "x");
    },
    /a folder of no task.*1 file$/,
    "mended",
  ],
  [
    "an earlier text of a task that is gone",
    "orphan",
    ({ root }) => writeFileSync(join(root, "lead/.clawflow/base/gone@3.md"), "x"),
    /an earlier text of a task that is not open/,
    "mended",
  ],
  [
    "an open task without its copy",
    "orphan",
    ({ root }) => putTask(root, "alone", true),
    /it is pending, but no host goes on with it/,
    "mended",
  ],
  [
    "a task in the folder of another",
    "orphan",
    ({ root, task_id }) =>
      renameSync(join(root, "lead/tasks", task_id), join(root, "lead/tasks", `${task_id}-old`)),
    /is looked for in tasks\//,
    "yours",
  ],
  [
    "a reason without its dead letter",
    "orphan",
    ({ root }) => writeFileSync(join(root, "lead/mailbox/dead/note.reason.md"), "E_FIELD: no\n"),
    /the reason of a dead letter that is not there/,
    "mended",
  ],
  [
    "a dead letter without a reason",
    "orphan",
    ({ root }) => writeFileSync(join(root, "lead/mailbox/dead/note.md"), "x"),
    /a dead letter without the reason/,
    "told",
  ],
  [
    "an attachment that nothing names",
    "orphan",
    ({ root }) => {
      const folder = join(root, "lead/mailbox/blobs/sha256/ab");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, BLOB), "x");
      const old = new Date(Date.now() - 3 * 24 * 3600 * 1000);
      utimesSync(join(folder, BLOB), old, old);
    },
    /an attachment that no message and no task names, 3 days old; clawflow gc/,
    "told",
  ],
  [
    "a pending message of a task that is gone",
    "orphan",
    ({ root }) => {
      const { name, text } = fileOf(aMessage("gone"));
      writeFileSync(join(root, "lead/mailbox/outbox/pending", name), text, { mode: 0o444 });
    },
    /a task to reader of task gone, which is not here any more; it is still sent/,
    "yours",
  ],
  [
    "a pending message that was sent as well",
    "orphan",
    ({ root }) => {
      const outbox = join(root, "lead/mailbox/outbox");
      const name = readdirSync(outbox).find((name) => name.endsWith(".md")) ?? "";
      cpSync(join(outbox, name), join(outbox, "pending", name));
    },
    /stands among those sent as well/,
    "mended",
  ],
  [
    "a claim of a process that is gone",
    "lock",
    ({ root }) => claimBy(root, { pid: 999_999_999, started: "1" }),
    /held by process 999999999, which is gone/,
    "mended",
  ],
  [
    "a claim of another machine",
    "lock",
    ({ root }) => claimBy(root, { machine: "elsewhere" }),
    /of another machine \(elsewhere\)/,
    "yours",
  ],
  [
    "a lock that nobody holds",
    "lock",
    ({ root }) => {
      const lock = join(root, ".clawflow/host.claim.lock");
      mkdirSync(lock);
      utimesSync(lock, new Date(0), new Date(0));
    },
    /a lock, nobody's/,
    "mended",
  ],
  [
    "what is left of taking a lock",
    "lock",
    ({ root }) =>
      writeFileSync(
        join(root, ".clawflow/host.claim.broken-0123456789abcdef"),
        JSON.stringify({ ...nodeProcess(disk).identity, pid: 999_999_999 }),
      ),
    /left over from taking a lock, process 999999999's, which is gone/,
    "mended",
  ],
  [
    "a journal that was never begun",
    "leftover",
    ({ root }) => writeFileSync(join(root, ".clawflow/journal.new"), ""),
    /a journal that was never begun/,
    "mended",
  ],
  [
    "the mark of a disk that failed",
    "journal",
    ({ root }) => writeFileSync(join(root, ".clawflow/failed"), ""),
    /the disk failed under the last host/,
    "mended",
  ],
  [
    "a damaged journal",
    "journal",
    ({ root }) => writeFileSync(join(root, ".clawflow/journal"), damaged()),
    /no host can begin: E_JOURNAL/,
    "yours",
  ],
  [
    "a staged file",
    "leftover",
    ({ root }) => writeFileSync(join(root, "lead/mailbox/tmp/s-99-1"), "x"),
    /left over by a host that has ended/,
    "mended",
  ],
  [
    "a delivery that was given up",
    "leftover",
    ({ root }) => {
      const path = join(root, "lead/mailbox/tmp/d-00");
      writeFileSync(path, "x");
      utimesSync(path, new Date(0), new Date(0));
    },
    /a delivery that was given up .* ago/,
    "mended",
  ],
  [
    "half an owner",
    "leftover",
    ({ root }) => writeFileSync(join(root, "lead/.clawflow/owner.new"), "x"),
    /half written/,
    "mended",
  ],
  [
    "a late text of an editor",
    "leftover",
    ({ root }) => writeFileSync(join(root, "lead/.clawflow/kept/0123456789ab-abc-1@gone.md"), "mine"),
    /an editor saved into task.md when it had just been replaced/,
    "mended",
  ],
  [
    "a text that was not understood",
    "leftover",
    ({ root, task_id }) =>
      writeFileSync(join(root, "lead/tasks", task_id, "task.rejected-20260101T000000.md"), "x"),
    /a text of task.md that was not understood/,
    "told",
  ],
  [
    "the problem of an edit of a task that is over",
    "leftover",
    ({ root, task_id }) => writeFileSync(join(root, "lead/tasks", task_id, "task.problem.md"), "# Not all"),
    /what was not taken of an edit/,
    "told",
  ],
  [
    "messages that can be written to",
    "permission",
    ({ root }) => {
      for (const name of readdirSync(join(root, "lead/mailbox/outbox")))
        if (name.startsWith("reply-")) chmodSync(join(root, "lead/mailbox/outbox", name), 0o644);
    },
    /^1 published message can be written to/,
    "mended",
  ],
  [
    "a task that its owner cannot write",
    "permission",
    ({ root, task_id }) => chmodSync(join(root, "lead/tasks", task_id, "task.md"), 0o444),
    /nobody can edit this task/,
    "mended",
  ],
  [
    "a folder that its owner cannot write",
    "permission",
    ({ root }) => chmodSync(join(root, "lead/mailbox/inbox"), 0o555),
    /may not read and write in this folder/,
    "mended",
  ],
  [
    "a host's folder that all can write",
    "permission",
    ({ root }) => chmodSync(join(root, ".clawflow"), 0o777),
    /every user of this machine may write here/,
    "yours",
  ],
  [
    "a newer layout",
    "layout",
    ({ root }) => replace(join(root, "lead/.clawflow/version"), "7\n"),
    /a newer version of Clawflow made this workspace: layout 7/,
    "yours",
  ],
  [
    "a layout without its number",
    "layout",
    ({ root }) => unlinkSync(join(root, "lead/.clawflow/version")),
    /the version of the layout is missing/,
    "mended",
  ],
  [
    "a number that is none",
    "layout",
    ({ root }) => replace(join(root, "lead/.clawflow/version"), "?\n"),
    /the version of the layout cannot be read/,
    "mended",
  ],
  [
    "a folder that is missing",
    "layout",
    ({ root }) => rmSync(join(root, "lead/mailbox/dead"), { recursive: true }),
    /a folder of the workspace is missing/,
    "mended",
  ],
  [
    "a workspace of version 1 of the protocol",
    "layout",
    ({ root }) => {
      for (const name of ["inbox", "outbox", "archive"])
        mkdirSync(join(root, "old/mailbox", name), { recursive: true });
      mkdirSync(join(root, "old/tasks/note"), { recursive: true });
      writeFileSync(
        join(root, "old/tasks/note/task.md"),
        "---\ntask_id: note\nstatus: pending\n---\nWrite a note\n",
      );
    },
    /files as version 1 of the protocol left them/,
    "mended",
  ],
  [
    "a task that cannot be read",
    "task",
    ({ root, task_id }) => replace(join(root, "lead/tasks", task_id, "task.md"), "---\nnot: [closed\n---\n"),
    /the task cannot be read: E_/,
    "yours",
  ],
  [
    "a copy that cannot be read",
    "task",
    ({ root }) => {
      putTask(root, "open", true);
      writeFileSync(join(root, "lead/.clawflow/base/open.md"), "nothing");
    },
    /the copy from which a host goes on cannot be read/,
    "mended",
  ],
  [
    "an edit that waits for a host",
    "task",
    ({ root }) => {
      putTask(root, "open");
      const path = join(root, "lead/tasks/open/task.md");
      writeFileSync(path, readFileSync(path, "utf8").replace("Do it", "Do it twice"));
    },
    /somebody edited it; the next host takes the edit/,
    "told",
  ],
  [
    "an edit that is no task",
    "task",
    ({ root }) => {
      putTask(root, "open");
      writeFileSync(join(root, "lead/tasks/open/task.md"), "---\nnot: [closed\n---\n");
    },
    /an edit was not understood/,
    "yours",
  ],
  [
    "a task.md that is missing",
    "task",
    ({ root }) => {
      putTask(root, "open");
      unlinkSync(join(root, "lead/tasks/open/task.md"));
    },
    /task.md is missing; the copy of it is there/,
    "mended",
  ],
];

test.each(FAULTS)(
  "%s: found; mended where it can be, and found no more",
  async (_, kind, make, text, then) => {
    const job = await finishedJob();
    make(job);
    const { code, findings } = await doctor(job.root);
    expect(findings).toEqual([expect.objectContaining({ kind, text: expect.stringMatching(text) })]);
    const [finding] = findings;
    expect({ fix: finding?.fix !== undefined, todo: finding?.todo !== undefined }).toEqual({
      fix: then === "mended",
      todo: then === "yours",
    });
    expect(code).toBe(then === "told" ? 0 : 1);
    const after = await doctor(job.root, { fix: true });
    expect(after).toEqual({
      hosts: expect.anything(),
      code: then === "yours" ? 1 : 0,
      findings: then === "mended" ? [] : findings,
      fixed: then === "mended" ? findings : [],
    });
    expect((await doctor(job.root)).findings).toEqual(after.findings);
  },
);

test("what this user may not read is told, and the rest is looked at", async () => {
  const { root, agents } = await finishedJob();
  const denied = join(root, "lead/mailbox/inbox");
  const refusing = {
    ...disk,
    access: (path: string) => ({ read: path !== denied, write: path !== denied }),
    list(path: string) {
      if (path === denied) throw Object.assign(new Error("denied"), { code: "EACCES", path });
      return disk.list(path);
    },
  };
  writeFileSync(join(root, "worker/mailbox/inbox/4913"), "");
  const { findings } = examine(refusing, agents, {
    process: nodeProcess(disk),
    now: Date.now(),
    hostDirectory: join(root, ".clawflow"),
  });
  expect(findings).toEqual([
    expect.objectContaining({ kind: "permission", agent: "lead", path: denied, todo: expect.anything() }),
    expect.objectContaining({ kind: "foreign", agent: "worker" }),
  ]);
});

test("what is moved out of the way lies in lost+found as it was", async () => {
  const { root } = await finishedJob();
  mkdirSync(join(root, "lead/mailbox/inbox/sub"));
  writeFileSync(join(root, "lead/mailbox/inbox/sub/task.md"), "Do it");
  await doctor(root, { fix: true });
  expect(existsSync(join(root, "lead/mailbox/inbox/sub"))).toBe(false);
  const lost = join(root, "lead/.clawflow/lost+found");
  const [time = ""] = readdirSync(lost);
  expect(readFileSync(join(lost, time, "mailbox/inbox/sub/task.md"), "utf8")).toBe("Do it");
});

test("a journal that a killed host left is brought into the files, and no agent runs", async () => {
  const { root, agents } = await finishedJob();
  const identity = { ...nodeProcess(disk).identity, pid: 999_999_999, started: "1" };
  const store = await openStore({
    disk,
    directory: join(root, ".clawflow"),
    process: { identity, isAlive: () => "alive" },
    durability: "os",
    monotonic: () => performance.now(),
    wall: () => Date.now(),
  });
  const [lead] = await store.openWorkspaces([...agents].map(([agent, directory]) => ({ agent, directory })));
  if (lead === undefined) throw new Error("no workspace");
  store.stage(lead, [{ op: "create", task: aTask("killed") }, sendOp(aMessage("killed"), "pending")]);
  await store.commit();
  const { findings } = await doctor(root);
  expect(findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["journal", "lock"]));
  const after = await doctor(root, { fix: true });
  expect(after).toMatchObject({ code: 0, findings: [] });
  expect(readFileSync(join(root, ".clawflow/journal"), "utf8")).toBe("");
  expect(readFileSync(join(root, "lead/tasks/killed/task.md"), "utf8")).toContain("status: pending");
  await store.abandon();
});

test("while a host runs: who it is; permissions alone are mended, all else is refused", async () => {
  const { root, host } = await startTeam();
  const { task_id } = await submitTask(host, "lead", "go");
  await host.finished("lead", task_id);
  const hosts = [expect.objectContaining({ pid: process.pid, agents: ["lead", "worker"] })];
  expect(await doctor(root)).toEqual({ code: 0, findings: [], fixed: [], hosts });
  await until(() => {
    chmodSync(join(root, "lead/tasks", task_id, "task.md"), 0o400);
    return true;
  });
  expect(await doctor(root, { fix: true })).toMatchObject({ code: 0, fixed: [{ kind: "permission" }] });
  mkdirSync(join(root, "lead/mailbox/inbox/.folder"));
  await expect(doctor(root, { fix: true })).rejects.toMatchObject({ code: "E_LOCKED" });
  expect(existsSync(join(root, "lead/mailbox/inbox/.folder"))).toBe(true);
  await host.stop();
});

test("a copied root: which workspaces are refused, and one call for all of them", async () => {
  const { root } = await finishedJob();
  const copy = `${root}-copy`;
  try {
    cpSync(root, copy, { recursive: true });
    const { findings } = await doctor(copy);
    expect(findings).toEqual(
      ["lead", "worker"].map((agent) =>
        expect.objectContaining({
          kind: "moved",
          agent,
          text: expect.stringContaining(`the original stands at ${join(root, agent)}`),
          todo: expect.stringContaining(`clawflow doctor ${agent} --copied`),
        }),
      ),
    );
    const io = fakeIo({ cwd: copy });
    expect(await doctorCommand(io, undefined, { root: copy, copied: true, json: true })).toBe(0);
    expect(JSON.parse(io.outText())).toEqual({
      agent: "lead",
      workspace: join(copy, "lead"),
      as: "copied",
      others: [{ agent: "worker", workspace: join(copy, "worker") }],
    });
    expect((await doctor(copy)).findings.filter(({ kind }) => kind === "moved")).toEqual([]);
    await expect(doctorCommand(fakeIo(), undefined, { root: copy, moved: true })).rejects.toMatchObject({
      code: "E_NOT_FOUND",
    });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

test("a root that was copied while its host ran: that host is the original's", async () => {
  const { root, host } = await startTeam();
  const copy = `${root}-copy`;
  try {
    cpSync(root, copy, { recursive: true });
    const { findings, hosts } = await doctor(copy);
    expect(hosts).toEqual([]);
    expect(findings.map(({ kind }) => kind)).toEqual(["moved", "moved"]);
    await doctorCommand(fakeIo({ cwd: copy }), undefined, { root: copy, copied: true });
    expect(await doctor(copy, { fix: true })).toMatchObject({ code: 0, findings: [] });
    const { task_id } = await submitTask(host, "lead", "go");
    expect(await host.finished("lead", task_id)).toMatchObject({ status: "done" });
  } finally {
    await host.stop();
    rmSync(copy, { recursive: true, force: true });
  }
});

test("a root that was renamed as a whole is no problem", async () => {
  const { root } = await finishedJob();
  renameSync(root, `${root}-new`);
  try {
    expect(await doctor(`${root}-new`)).toMatchObject({ code: 0, findings: [] });
  } finally {
    renameSync(`${root}-new`, root);
  }
});

test("one agent alone, where it is named", async () => {
  const { root } = await finishedJob();
  for (const agent of ["lead", "worker"]) writeFileSync(join(root, agent, "mailbox/inbox/4913"), "");
  const { findings } = await doctor(root, {}, "worker");
  expect(findings.map(({ agent }) => agent)).toEqual(["worker"]);
  await expect(doctor(root, {}, "nobody")).rejects.toMatchObject({ code: "E_UNKNOWN_AGENT" });
  await expect(doctor(root, { fix: true, moved: true })).rejects.toMatchObject({ code: "E_USAGE" });
});

test("people read what it is, what --fix does and what is theirs to do", async () => {
  const { root } = await finishedJob();
  mkdirSync(join(root, "lead/mailbox/inbox/sub"));
  chmodSync(join(root, ".clawflow"), 0o777);
  const io = fakeIo({ cwd: root });
  await doctorCommand(io, undefined, { root });
  expect(io.outText().replaceAll(root, "")).toBe(`foreign  lead  /lead/mailbox/inbox/sub
  a folder: it can never be taken as a message
  --fix moves it to .clawflow/lost+found.
permission  /.clawflow
  every user of this machine may write here, and so into every workspace that it is the journal of
  You: chmod o-w /.clawflow
2 to be mended: 1 can be mended with clawflow doctor --fix, 1 is for you.
`);
});

function putTask(root: string, id: string, withoutCopy = false): void {
  const { text } = formatTask(aTask(id));
  mkdirSync(join(root, "lead/tasks", id), { recursive: true });
  writeFileSync(join(root, "lead/tasks", id, "task.md"), text);
  if (!withoutCopy) writeFileSync(join(root, "lead/.clawflow/base", `${id}.md`), text);
}

/** The host's folder as it was claimed by such a process last. */
function claimBy(root: string, holder: object): void {
  const folder = join(root, ".clawflow");
  const record = { ...nodeProcess(disk).identity, token: "0123456789abcdef", directory: folder, ...holder };
  writeFileSync(join(folder, "host.term-9"), JSON.stringify({ ...record, term: 9 }));
}

/** Two records, of the first of which a disk has lost a byte. */
function damaged(): Buffer {
  const batch = { workspaces: [] } as never;
  const first = formatRecord(1, 1, batch);
  first[first.length - 3] = 0;
  return Buffer.concat([first, formatRecord(1, 2, batch)]);
}

function replace(path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, text);
}
