import { describe, expect, test } from "vitest";
import { formatOver } from "../../src/protocol/format-over.ts";
import { layoutOf } from "../../src/protocol/layout-of.ts";
import type { Subtask, Task } from "../../src/protocol/task.ts";
import { formatTask, parseTask, withResults } from "../../src/protocol/task-document.ts";

const HEAD = `# steered by Ann
title: "Audit"   # the short one
clawflow: 2
task_id: audit

mode:   'coordinating'
status: executing
from: human
reply_to: {message: m-1, task_id: audit, attempt: 1}
body_hash: c0ffee
rev: 7 # seven
policy:   # as agreed
    concurrency: 4   # not more
    on_failure: continue
trace: {root: audit, depth: 0, path: [human]}
created_at: 2026-11-20T10:00:00.000Z
mood: {good: true, why: [sun]}
`;
const SUBTASKS = `subtasks:
  # first things first
  scan: {agent: reader, description: Scan}   # quick one

  write:
      depends_on:
      - scan   # of course
      agent: writer   # Bob
      description: >-
        Write
        it up
      # nothing more
# that is all
`;
const BODY = `# task: Audit

Hello.

## Instructions
Do it.


## My own thoughts

- one

## Context

Old.
`;
const LAYOUT = `---\n${HEAD}${SUBTASKS}---\n${BODY}`;

/** The task of the layout, changed by the runtime, written over it; the text is what was asked of it. */
function over(change: (task: Task, scan: Subtask, write: Subtask) => void, layout = LAYOUT, edited = layout) {
  const task = parseTask(layout);
  change(task, task.subtasks.get("scan") as Subtask, task.subtasks.get("write") as Subtask);
  const text = formatOver({ ...task, layout: edited }, new Set());
  expect(parseTask(text ?? "")).toEqual(task);
  return text;
}

function replaced(...changes: [from: string, to: string][]): string {
  return changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, LAYOUT);
}

describe("the frontmatter of a person", () => {
  test("a value changes in its place, the rest of the line stays", () => {
    const text = over((task, _, write) => {
      task.rev = 8;
      task.mode = "direct";
      task.policy.concurrency = 5;
      write.agent = "poet";
    });
    expect(text).toBe(
      replaced(
        ["rev: 7 # seven", "rev: 8 # seven"],
        ["mode:   'coordinating'", "mode:   direct"],
        ["concurrency: 4   #", "concurrency: 5   #"],
        ["agent: writer   #", "agent: poet   #"],
      ),
    );
  });

  test("what is missing comes behind the nearest earlier field, in the way of its map", () => {
    const text = over((task, _, write) => {
      task.number = 3;
      task.paused = true;
      task.policy.max_attempts = 2;
      Object.assign(write, { status: "dispatched", attempt: 1, granted: { tokens: 5 } });
    });
    expect(text).toBe(
      replaced(
        ["rev: 7 # seven\n", "rev: 7 # seven\nnumber: 3\n"],
        ["path: [human]}\n", "path: [human]}\npaused: true\n"],
        ["on_failure: continue\n", "on_failure: continue\n    max_attempts: 2\n"],
        [
          "      - scan   # of course\n",
          "      - scan   # of course\n      status: dispatched\n      attempt: 1\n      granted: {tokens: 5}\n",
        ],
      ),
    );
  });

  test("a subtask on one line becomes a block, its own order first", () => {
    const text = over((_, scan) => {
      Object.assign(scan, { status: "done", attempt: 1, description: "Scan it\nall" });
    }, LAYOUT);
    expect(text).toBe(
      replaced([
        "  scan: {agent: reader, description: Scan}   # quick one\n",
        "  scan:   # quick one\n    agent: reader\n    description: |-\n      Scan it\n      all\n    depends_on: []\n    status: done\n    attempt: 1\n",
      ]),
    );
  });

  test("comments of what is replaced or removed stay", () => {
    const text = over((task, _, write) => {
      write.depends_on = [];
      write.description = "Write";
      delete task.extra;
    });
    expect(text).toBe(
      replaced(
        ["      depends_on:\n      - scan   # of course\n", "      # of course\n      depends_on: []\n"],
        [">-\n        Write\n        it up\n", "Write\n"],
        ["mood: {good: true, why: [sun]}\n", ""],
      ),
    );
    const deeper = LAYOUT.replace(
      "agent: writer   # Bob\n",
      "agent: writer\n      context: short\n         # deeper\n",
    );
    const longer = over((_, __, write) => {
      write.context = "one\ntwo";
    }, deeper);
    expect(longer).toContain("      # deeper\n      context: |-\n        one\n        two\n");
    const removed = over((task) => task.subtasks.delete("write"));
    expect(removed).toContain("  # of course\n  # Bob\n  # nothing more\n# that is all\n---\n");
  });

  test("own keys that the task has are set, those it has not are removed", () => {
    const text = over((task, scan) => {
      task.extra = { mood: { good: false, why: ["rain"] }, new: null };
      scan.extra = { mine: 1 };
    });
    expect(text).toContain("mood: {good: false, why: [rain]}\nnew: null\n");
    expect(text).toContain("    mine: 1\n");
  });

  test("subtasks come at the end, and their key where there was none", () => {
    const more: Subtask = { agent: "reader", description: "", depends_on: [], status: "pending", attempt: 0 };
    const text = over((task) => task.subtasks.set("more", more));
    expect(text).toContain('      # nothing more\n  more:\n    agent: reader\n    description: ""\n');
    expect(text).toContain("    attempt: 0\n# that is all\n");
    const between = over((task, scan, write) => {
      task.subtasks = new Map([
        ["scan", scan],
        ["more", more],
        ["write", write],
      ]);
    });
    expect(between).toBe(text);
    const first = over((task) => task.subtasks.set("more", more), LAYOUT.replace(SUBTASKS, ""));
    expect(first).toContain("why: [sun]}\nsubtasks:\n  more:\n    agent: reader\n");
    for (const blank of ["subtasks:   # none yet\n", "subtasks: {}   # none yet\n"]) {
      const filled = over((task) => task.subtasks.set("more", more), LAYOUT.replace(SUBTASKS, blank));
      expect(filled).toContain("why: [sun]}\nsubtasks:   # none yet\n  more:\n    agent: reader\n");
    }
  });

  test("the last subtask goes, the key and the comments stay", () => {
    const text = over((task) => task.subtasks.clear());
    expect(text).toContain("subtasks:\n  # first things first\n  # quick one\n");
    expect(text).toBe(over((task) => task.subtasks.clear(), text));
  });

  test("what the runtime owns is put back", () => {
    const edited = LAYOUT.replace("rev: 7 # seven\n", "")
      .replace("from: human", "from: nobody")
      .replace("attempt: 1}", "attempt: 3}   # mine")
      .replace("task_id: audit\n", "task_id:\n")
      .replace("clawflow: 2\n", "");
    const text = over(() => {}, LAYOUT, edited);
    expect(text).toContain("\ntask_id: audit\n");
    expect(text).toContain("\nfrom: human\nreply_to: {message: m-1, task_id: audit, attempt: 1}   # mine\n");
    expect(text).toContain("\nrev: 7\n");
    expect(text).toContain("\nclawflow: 2\n# that is all\n---\n");
  });

  test("decisions, a deadline in words and paused: false give way to what they came to", () => {
    const edited = LAYOUT.replace(
      "trace:",
      "waiting:   # for me\n  for: approval\n  approved: yes   # fine\n  reason: cheap\ndeadline: 2h   # soon\npaused: false\ntrace:",
    );
    const gone = over((task) => (task.deadline = 7_200_000), LAYOUT, edited);
    expect(gone).toContain("# for me\n# fine\ndeadline: 7200000   # soon\ntrace:");
    const still = over(
      (task) => {
        task.waiting = { for: "answer", text: "Which?", since: "2026-11-20T10:00:00.000Z", question: "q-1" };
      },
      LAYOUT,
      edited,
    );
    expect(still).toContain(
      "waiting:   # for me\n  for: answer\n  text: Which?\n  since: 2026-11-20T10:00:00.000Z\n  question: q-1\n  # fine\n# soon\ntrace:",
    );
  });

  test("a blank field stays as long as there is nothing to say", () => {
    const layout = LAYOUT.replace("trace:", "waiting:   # nobody\ntrace:");
    expect(over(() => {}, layout)).toBe(layout);
    const text = over((task) => (task.paused = true), layout.replace("waiting:", "paused:"));
    expect(text).toContain("paused: true   # nobody\n");
  });

  test("texts that keep their blank lines, a head in flow form, odd keys", () => {
    const layout = LAYOUT.replace(
      "mood: {good: true, why: [sun]}\n",
      '? "my key"\n: |+\n  text\n\n"x:y": 1\n',
    );
    const text = over((task) => (task.extra = { ...task.extra, z: 1 }), layout);
    expect(text).toContain('? "my key"\n: |+\n  text\n\n"x:y": 1\nz: 1\nsubtasks:');
    const kept = LAYOUT.replace("mood: {good: true, why: [sun]}\n", "mood: |+\n  text\n\n");
    const behind = over((task) => {
      task.extra = { ...task.extra, z: 1 };
    }, kept);
    expect(behind).toContain("mood: |+\n  text\n\nz: 1\nsubtasks:");
    const flow = `---\n{clawflow: 2, # two\n task_id: a, from: human, reply_to: {task_id: a, message: m-1}, body_hash: x,\n trace: {root: a, depth: 0, path: []}, created_at: now}\n---\n`;
    expect(over(() => {}, flow)).toBe(flow);
    expect(over((task) => (task.rev = 1), flow)).toMatch(/^---\n# two\nclawflow: 2\ntask_id: a\n/);
  });

  test("line ends of the layout", () => {
    const crlf = `\ufeff${LAYOUT.replaceAll("\n", "\r\n")}`;
    const change = (task: Task, scan: Subtask) => {
      task.rev = 8;
      task.text.context = "a\nb";
      scan.results = "One\r\ntwo";
    };
    expect(over(change, crlf)).toBe(`\ufeff${over(change)?.replaceAll("\n", "\r\n")}`);
    const mixed = crlf.replace("Do it.\r\n\r\n", "Do it.\n\r\n");
    expect(over((task) => (task.rev = 8), mixed)).toBe(mixed.replace("rev: 7", "rev: 8"));
  });
});

describe("the body of a person", () => {
  test("a text changes below its heading, the blank lines around it stay", () => {
    const text = over((task) => {
      task.text.instructions = "Hello.\n\nDo it well.\n\n- one\n- two";
      task.text.context = "New.";
    });
    expect(text).toBe(
      replaced(
        ["Do it.\n\n\n## My own thoughts\n\n- one\n", "Do it well.\n\n- one\n- two\n"],
        ["Old.", "New."],
      ),
    );
  });

  test("sections come where they belong", () => {
    const text = over((task, scan, write) => {
      task.text.output = "All.";
      task.text.expected_output = "A table.";
      write.results = "b";
      scan.results = "a";
    });
    expect(text).toContain(
      "\nOld.\n\n## Expected Output\n\nA table.\n\n## Subtask Results\n\n### scan\n\na\n\n### write\n\nb\n\n## Synthesised Output\n\nAll.\n",
    );
    const second = over((_, scan) => (scan.results = "a"), text?.replace("### scan\n\na\n\n", ""));
    expect(second).toBe(text);
  });

  test("results go with their subtask, notes below its name stay notes", () => {
    const layout = `${LAYOUT}\n## Subtask Results\n\nMine.\n\n### scan\n\na\n\n### gone\n\nOld.\n\n### write\n\nb\n`;
    const text = over((task) => task.subtasks.delete("scan"), layout);
    expect(text).toContain("Mine.\n\n### gone\n\nOld.\n\n### write\n\nb\n");
    expect(over((task) => (task.text.notes = `Noted.\n\n${task.text.notes}`), layout)).toContain(
      "## Working Notes\n\nNoted.\n\n## Subtask Results\n\nMine.\n\n### scan\n\na\n\n### gone\n\nOld.\n",
    );
    const other = over((task) => (task.text.notes = "Other."), layout);
    expect(other).toContain(
      "## Working Notes\n\nOther.\n\n## Subtask Results\n\n### scan\n\na\n\n### write\n\nb\n",
    );
  });

  test("the title of the heading follows, or gives the title", () => {
    expect(over((task) => (task.title = "Other"))).toBe(
      replaced(['title: "Audit"', "title: Other"], ["# task: Audit", "# task: Other"]),
    );
    const layout = LAYOUT.replace('title: "Audit"   # the short one\n', "");
    expect(over((task) => (task.rev = 8), layout)).toBe(layout.replace("rev: 7", "rev: 8"));
    expect(over((task) => (task.title = "Other"), layout)).toContain("# task: Other\n");
  });

  test("a heading comes behind an open fence as well", () => {
    for (const layout of [`${LAYOUT}\n\`\`\`\nopen`, `---\n${HEAD}${SUBTASKS}---\n\`\`\`\nopen`]) {
      const text = over((_, scan) => (scan.results = "a"), layout);
      expect(text).toContain("```\nopen\n<!-- end ");
      expect(text).toContain("## Subtask Results\n\n### scan\n\na\n");
    }
  });

  test("the output stands under the heading that is there", () => {
    const layout = `${LAYOUT}\n## Results\n\nMine\n`;
    expect(over((task) => (task.text.output = "New"), layout)).toBe(layout.replace("Mine", "New"));
    const both = `${layout}\n## Synthesised Output\n`;
    expect(over((task) => (task.text.output = "New"), both)).toMatch(
      /## Results\n\n## Synthesised Output\n\nNew\n/,
    );
  });
});

describe("a layout that cannot be kept", () => {
  test("with a head that is not read is written anew", () => {
    const task = parseTask(LAYOUT);
    for (const layout of [
      "",
      "no head",
      LAYOUT.replace("rev: 7", "rev: [7"),
      LAYOUT.replace("rev: 7", "from: 7"),
    ]) {
      expect(formatOver({ ...task, layout }, new Set())).toBeUndefined();
      expect(formatTask({ ...task, layout })).toEqual(formatTask(task));
    }
  });

  test("of version 1 becomes one of version 2", () => {
    const layout =
      "---\ntask_id: t1\nowner: me # or you\n---\n# Task: Old\n\n## Instructions\nDo it.\n\n## DAG\n- {id: a, agent: x}\n";
    const task = parseTask(layout);
    const text = formatTask({ ...task, layout }).text;
    expect(text).toContain("task_id: t1\n");
    expect(text).toContain("owner: me # or you\n");
    expect(parseTask(text)).toEqual(task);
  });
});

describe("results in files of their own", () => {
  const long = "x".repeat(20_000);
  const read = () => long;

  test("are named in the layout, and their section goes", () => {
    const task = parseTask(`${LAYOUT}\n## Subtask Results\n\n### scan\n\na\n`);
    (task.subtasks.get("scan") as Subtask).results = long;
    const layout = `${LAYOUT}\n## Subtask Results\n\n### scan\n\na\n`;
    const { text, files } = formatTask({ ...task, layout });
    expect(files).toEqual([{ name: "results/scan.md", text: long }]);
    expect(text).toBe(
      `${layout
        .replace("\n### scan\n\na\n", "\n")
        .replace(
          "  scan: {agent: reader, description: Scan}   # quick one\n",
          "  scan:   # quick one\n    agent: reader\n    description: Scan\n    depends_on: []\n    status: pending\n    attempt: 0\n    results_file: results/scan.md\n",
        )}`,
    );
    expect(withResults(parseTask(text), read)).toEqual(task);
    expect(formatTask({ ...withResults(parseTask(text), read), layout: text }).text).toBe(text);
  });

  test("a canonical text with them is no layout", () => {
    const task = parseTask(LAYOUT);
    (task.subtasks.get("scan") as Subtask).results = long;
    const { text } = formatTask(task);
    expect(layoutOf(text, withResults(parseTask(text), read))).toBeUndefined();
    expect(layoutOf(text, parseTask(text))).toBeUndefined();
    expect(layoutOf(LAYOUT, parseTask(LAYOUT))).toBe(LAYOUT);
    expect(layoutOf(`${text}\n`, parseTask(text))).toBe(`${text}\n`);
  });
});
