/** A real mistake: texts of the source that are replaced, each of which must stand there exactly once. */
export interface Mutant {
  name: string;
  /** Below `src/`, without `.ts`. */
  changes: readonly { file: string; from: string; to: string }[];
  /** The seed to begin with, where one that finds it is known and far from the first: all others are tried after it. */
  first: number;
}

export const MUTANTS: readonly Mutant[] = [
  ...inOne("store/context", {
    "folders are not synced": [
      "await context.disk.sync(files, folders);",
      "await context.disk.sync(files, []);",
    ],
    "files are not synced": [
      "await context.disk.sync(files, folders);",
      "await context.disk.sync([], folders);",
    ],
  }),
  ...inOne("store/commit", {
    "the journal is not synced": ["await journal.datasync();", ""],
  }),
  ...inOne("store/journal-record", {
    "a record without a checksum": [
      "if (checksum(generation, number, payload) !== header.sum) return undefined;",
      "",
      316,
    ],
  }),
  ...inOne("store/store", {
    "sent and archived before the commit is durable": [
      "await appendBatch(this.#context, journal, batch);",
      "applyCommit(this.#context, staged, texts, this.#reserved); await appendBatch(this.#context, journal, batch);",
    ],
  }),
  ...inOne("store/stage-op", {
    "archived before task.md is safe": [
      'return files(workspace, { op: "take", name: op.name, path, sha256: op.sha256 });\n    }\n    case "again"',
      'workspace.files.move(join(workspace.paths.inbox, op.name), join(workspace.paths.root, path)); return files(workspace, { op: "take", name: op.name, path, sha256: op.sha256 });\n    }\n    case "again"',
    ],
    "a repeat replaces what is archived": [
      "if (reserved.has(absolute) || context.disk.stat(absolute) !== undefined) continue;",
      "",
      975,
    ],
  }),
  ...inOne("store/workspace-files", {
    "rename in place of link": [
      "this.retrying(dirname(to), () => this.#context.disk.link(from, to));",
      "this.retrying(dirname(to), () => { this.#context.disk.rename(from, to); this.#context.disk.create(from, this.#context.disk.read(to)); });",
    ],
    "a name in another's folder is not noted to be synced": ["this.#context.touched.name(to);", ""],
  }),
  ...inOne("store/deliver", {
    "a receipt before anything is synced": [
      "paths, delivery, sync ? { blobs } : undefined);",
      "paths, delivery, undefined);",
    ],
  }),
  ...inOne("store/checkpoint", {
    "the journal is emptied before the files are synced": [
      "await syncTouched(context, touched);\n  // Syncing",
      "// Syncing",
    ],
  }),
  ...inOne("store/fold", {
    "no replay": ["for (const { batch } of records) {", "for (const { batch } of records.slice(0, 0)) {"],
  }),
  ...inOne("store/replay-messages", {
    "a message that was accepted is sent anew by the replay": [
      'place === "outbox" || context.disk.stat(outbox) !== undefined',
      'place === "outbox"',
      104,
    ],
    "a name in the inbox is taken for the message": [
      "  ensureContent(workspace, target, text, MESSAGE_MODE);\n}",
      "  if (found === undefined) ensureContent(workspace, target, text, MESSAGE_MODE);\n}",
      926,
    ],
  }),
  ...inOne("store/replay-tasks", {
    "the replay writes over a newer edit": ["  if (ours) ensureContent", "  ensureContent", 92],
  }),
  ...inOne("store/place-text", {
    "an edit is overwritten": ["if (!isOurs(workspace, file, path, found)) {", "if (found.size < 0) {"],
  }),
  ...inOne("store/inbox", {
    "a file is taken while it is written": [
      "if (isOwnName(name)) return true;\n  const",
      "return true;\n  const",
      15,
    ],
  }),
  ...inOne("loop/identify", {
    "repeats are new work": ["if (known === undefined) {\n    const removed", "{\n    const removed"],
    "work is known by the task's id alone": [
      "a.from === b.from && a.task_id === b.task_id && a.subtask_id === b.subtask_id && a.attempt === b.attempt",
      "a.from === b.from && a.task_id === b.task_id",
      18,
    ],
  }),
  ...inOne("loop/replies", {
    "a reply to an earlier attempt is taken": ["&& subtask.attempt === message.attempt;", ";", 187],
    "a reply of another agent is taken": ["&& subtask.agent === message.from &&", "&&", 32],
    "a result loses its last line end": [
      "results: message.body.results,",
      "results: message.body.results.trimEnd(),",
      100,
    ],
  }),
  ...inOne("dag/ready", {
    "ready when all but the first are done": ["depends_on.every(", "depends_on.slice(1).every("],
  }),
  ...inOne("loop/cancel", {
    "a cancel is not passed down": [
      "body: { text: why },\n  };\n  draft.send(control);",
      "body: { text: why },\n  };",
      14,
    ],
    "the grant of an attempt that never reported is free": [
      "used: addAmounts(used ?? {}, granted), granted: null",
      "granted: null",
      28,
    ],
  }),
  ...inOne("loop/pause", {
    "a pause is not passed down": [
      'if (paused !== true) passDown(draft, id, "pause");',
      "if (paused !== true) continue;",
      163,
    ],
  }),
  ...inOne("loop/timers", {
    "a deadline is ignored": [
      "if (task.deadline !== undefined && task.deadline <= now.running) {",
      "if (task.deadline !== undefined && task.deadline < 0) {",
      501,
    ],
    "nobody looks at a pause between two attempts": [
      'if (subtask.status === "pending") next = earliest(next, subtask.not_before);',
      'if (subtask.status === "pending") continue;',
    ],
  }),
  ...inOne("loop/dispatch", {
    "a retry without a new attempt": ["attempt: attempt + 1,", "attempt: Math.max(1, attempt),"],
    "a level is not counted": ["depth: task.trace.depth + 1,", "depth: task.trace.depth,"],
  }),
  ...inOne("loop/failures", {
    "no second attempt": ["const left =", "const left = false &&"],
  }),
  ...inOne("loop/budget", {
    "nothing is kept for the synthesis, nor for the others": [": rest / parts;", ": rest;"],
  }),
  ...inOne("loop/upstream", {
    "line ends of results are changed": [
      "sections.push(formatSection(heading, 3, dependency, results));",
      'sections.push(formatSection(heading, 3, dependency, results.replaceAll("\\r\\n", "\\n")));',
    ],
  }),
  ...inOne("loop/signs", {
    "questions are not put again after a restart": [
      "if (task.asking !== undefined && task.asking.not_before === undefined) resumeQuestion(draft, task.asking);",
      "",
    ],
  }),
  ...inOne("loop/outcomes", {
    "an outcome of another agent is taken": [
      "if (!byHand && message.from !== draft.self.id) {",
      "if (false as boolean) {",
      10,
    ],
  }),
  {
    name: "the giver of the work approves its plan",
    first: 12,
    changes: [
      {
        file: "loop/controls",
        from: '["cancel", "pause", "resume", "edit"]',
        to: '["cancel", "pause", "resume", "edit", "approve"]',
      },
      { file: "loop/decisions", from: 'if (by !== "human") return "only a person may do that";', to: "" },
    ],
  },
  ...inOne("script/replay", {
    "a recorded call of a script is answered with what another got": [
      'return { kind: "recorded", result: resultOf(record),',
      'return { kind: "recorded", result: resultOf(calls.find(({ status }) => status === record.status) ?? record),',
      36,
    ],
  }),
  ...inOne("script/desk", {
    "a script hears its answers in another order than before": [
      "(one.ended < best.ended ? one : best)",
      "(one.ended > best.ended ? one : best)",
      316,
    ],
  }),
  ...inOne("loop/scripts", {
    "a script begins that nobody approved": ["if (isApproved(draft)) {", "if (true as boolean) {", 69],
  }),
];

function inOne(file: string, mistakes: Record<string, readonly [string, string, number?]>): Mutant[] {
  return Object.entries(mistakes).map(([name, [from, to, first = 1]]) => ({
    name,
    changes: [{ file, from, to }],
    first,
  }));
}
