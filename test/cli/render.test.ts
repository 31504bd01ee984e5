import { describe, expect, test } from "vitest";
import { dotText, mermaidText } from "../../src/cli/render/graph.ts";
import { paintWith } from "../../src/cli/render/paint.ts";
import { shownPath } from "../../src/cli/render/path.ts";
import { columnsOf, cut, plain, plainLine } from "../../src/cli/render/plain.ts";
import { ago, between, elapsed } from "../../src/cli/render/time.ts";
import { treeLines } from "../../src/cli/render/tree.ts";
import type { Graph } from "../../src/view/task-graph.ts";
import type { TreeNode } from "../../src/view/task-tree.ts";

const NOW = Date.parse("2026-01-01T00:01:00Z");

function node(subtask: string, status: TreeNode["status"], parts: Partial<TreeNode> = {}): TreeNode {
  const isOver = status !== "pending" && status !== "dispatched" && status !== "executing";
  return {
    agent: "reader",
    subtask,
    title: `Do ${subtask}`,
    status,
    standing: isOver ? { state: "finished", status } : { state: "working" },
    attempt: 1,
    depends_on: [],
    started_at: "2026-01-01T00:00:00Z",
    ...(isOver ? { finished_at: "2026-01-01T00:00:12.300Z" } : {}),
    children: [],
    ...parts,
  };
}

function tree(children: TreeNode[]): TreeNode {
  const { subtask: _, ...root } = node("", "executing", { agent: "lead", task_id: "audit-k3f9", children });
  return { ...root, standing: { state: "waiting", for: "reader", what: "1 of 2 subtasks" } };
}

const look = { paint: paintWith(false), width: 100, now: NOW };

describe("a tree", () => {
  test("has a line for each node, with who, how long, and what came of it", () => {
    const root = tree([
      node("scan", "done", {
        summary: "4 of 12 files",
        children: [node("deep", "failed", { error: "E_BRAIN: no" })],
      }),
      node("write", "pending", { standing: { state: "waiting", for: "scan", what: "results" }, attempt: 2 }),
    ]);
    expect(treeLines(root, look)).toEqual([
      "● audit-k3f9  lead        1m 00s  waiting for reader: 1 of 2 subtasks  Do",
      "✓ ├─ scan     reader      12.3s  4 of 12 files",
      "✗ │  └─ deep  reader      12.3s  failed  E_BRAIN: no",
      "○ └─ write    reader      waiting for scan: results  attempt 2  Do write",
    ]);
  });

  test("says of an answer that is of no use to the script that called, that it is not", () => {
    const standing = { state: "finished", status: "unfit" } as const;
    const root = tree([
      node("ask", "done", { standing, error: "E_BRAIN_OUTPUT: no number", summary: "many" }),
    ]);
    expect(treeLines(root, look)[1]).toBe(
      "✗ └─ ask      reader      12.3s  unfit  E_BRAIN_OUTPUT: no number",
    );
  });

  test("keeps within the width and the height of the terminal, and shows what runs rather than what is over", () => {
    const many = Array.from({ length: 50 }, (_, i) => node(`part-${i}`, i === 42 ? "dispatched" : "done"));
    const lines = treeLines(tree(many), { ...look, width: 60, height: 8 });
    expect(lines).toHaveLength(8);
    expect(lines.some((line) => line.includes("part-42"))).toBe(true);
    expect(lines.at(-1)).toContain("44 more");
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(60);
  });

  test("folds what is over when there is no room", () => {
    const inner = Array.from({ length: 10 }, (_, i) => node(`inner-${i}`, "done"));
    const lines = treeLines(tree([node("scan", "done", { children: inner }), node("go", "dispatched")]), {
      ...look,
      height: 6,
    });
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain("10 below");
  });

  test("no title can break a line or the terminal", () => {
    const nasty = "a\nb\u001b[2J\u009bc\u202ed";
    const lines = treeLines(tree([node("x", "dispatched", { title: nasty, agent: nasty })]), look);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });
});

describe("text on a terminal", () => {
  test("keeps its lines and tabs, and shows what hides", () => {
    expect(plain("a\tb\r\nc\n")).toBe("a\tb\nc\n");
    expect(plain("\u001b[31m\u0000\u009b\r")).toBe("\\u{1b}[31m\\u{0}\\u{9b}\\u{d}");
    expect(plain("\u{e0041}\u200b")).toBe("\\u{e0041}\\u{200b}");
    expect(plain("\u{e0080}\u061c\u3164")).toBe("\\u{e0080}\\u{61c}\\u{3164}");
    expect(plain("\u{1f469}\u200d\u{1f467} \u2764\ufe0f")).toBe("\u{1f469}\u200d\u{1f467} \u2764\ufe0f");
    expect(plainLine(" a\n  b ")).toBe("a b");
  });

  test("is cut by the columns that it takes", () => {
    expect(cut("abcdef", 4)).toBe("abc…");
    expect(cut("日本語日本語", 7)).toBe("日本語…");
    expect(columnsOf("日本e\u0301")).toBe(5);
    expect(cut("abc", 3)).toBe("abc");
    expect(cut("abc", 0)).toBe("");
  });
});

test("times", () => {
  expect([0, 1234, 61_000, 3_723_000].map(elapsed)).toEqual(["0.0s", "1.2s", "1m 01s", "1h 02m"]);
  expect(between("2026-01-01T00:00:00Z", undefined, NOW)).toBe(60_000);
  expect(between("soon", undefined, NOW)).toBeUndefined();
  expect(ago("2026-01-01T00:00:00Z", NOW)).toBe("1m 00s ago");
  expect(ago("soon", NOW)).toBe("soon");
});

test("paths are as one would type them", () => {
  expect(shownPath("/a/b", "/a/b/c/d")).toBe("c/d");
  expect(shownPath("/a/b", "/a/x")).toBe("../x");
  expect(shownPath("/a/b/c/d", "/x/y")).toBe("/x/y");
});

describe("graphs", () => {
  const graph: Graph = {
    task_id: "audit",
    nodes: [
      { id: "end", agent: "reader", description: "", status: "done" },
      { id: "b", agent: 'x"]; evil', description: "", status: "pending" },
    ],
    edges: [{ from: "end", to: "b", critical: true }],
    critical_path: ["end", "b"],
  };

  test("for Mermaid: no id or label can be taken for its language", () => {
    expect(mermaidText(graph)).toContain('flowchart LR\n  n0["end (reader)"]:::done\n');
    expect(mermaidText(graph)).toContain('n1["b (x#34;#93;#59; evil)"]:::pending\n  n0 ==> n1\n');
  });

  test("for Graphviz: quotes are kept within", () => {
    expect(dotText(graph)).toContain('"b" [label="b (x\\"]; evil)"');
    expect(dotText(graph)).toContain('"end" -> "b" [penwidth=2];');
  });
});
