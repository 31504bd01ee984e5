import { expect, test } from "vitest";
import type { Tree } from "../../../src/dashboard/api-types.ts";
import { dagreGroup } from "../../../src/dashboard/page/task/graph/dagre-group.ts";
import { fitText } from "../../../src/dashboard/page/task/graph/fit-text.ts";
import { graphModel, shownNodes, structureOf } from "../../../src/dashboard/page/task/graph/graph-model.ts";
import { layeredGroup } from "../../../src/dashboard/page/task/graph/layered-group.ts";
import {
  CARD,
  edgePath,
  type GraphLayout,
  layoutGraph,
} from "../../../src/dashboard/page/task/graph/layout-graph.ts";
import { rememberGroups } from "../../../src/dashboard/page/task/graph/remember-groups.ts";
import { treeOf } from "./tree.ts";

const small = treeOf("top", [
  treeOf("read"),
  treeOf("write", [treeOf("draft"), treeOf("polish", [], ["draft"])], ["read"]),
  treeOf("send", [], ["write", "gone"]),
]);

test("a node is named by the way down to it; what waits for it, by edges among siblings", () => {
  const model = graphModel(small);
  expect(shownNodes(model).map(({ key }) => key)).toEqual([
    "",
    "read",
    "write",
    "write/draft",
    "write/polish",
    "send",
  ]);
  expect(layoutGraph(model, dagreGroup).edges.map(({ kind, from, to }) => `${kind} ${from}>${to}`)).toEqual([
    "part write>write/draft",
    "waits write/draft>write/polish",
    "part >read",
    "waits read>write",
    "waits write>send",
  ]);
});

test("as many levels are open as can be overseen, the first one always, and what somebody opens", () => {
  const job = (...counts: number[]): Tree => {
    const [count = 0, ...below] = counts;
    return treeOf("job", count === 0 ? [] : leaves(count, () => job(...below)));
  };
  const many = job(8, 6, 3);
  expect(shownNodes(graphModel(many))).toHaveLength(1 + 8 + 48);
  expect(shownNodes(graphModel(many, new Map([["n0/n1", true]])))).toHaveLength(1 + 8 + 48 + 3);
  expect(shownNodes(graphModel(many, new Map([["", false]])))).toHaveLength(1);
  expect(graphModel(many).below).toBe(8 + 48 + 144);
  expect(shownNodes(graphModel(job(3, 3, 2, 1)))).toHaveLength(1 + 3 + 9 + 18 + 18);
  expect(shownNodes(graphModel(job(80, 2)))).toHaveLength(1 + 80);
});

test("a line goes level as long as it is beside another task, however wide that is", () => {
  const wide = treeOf("wide", [treeOf("inner")]);
  const end = treeOf("end", [], ["wide", "narrow"]);
  for (const group of [dagreGroup, layeredGroup]) {
    const layout = layoutGraph(graphModel(treeOf("top", [wide, treeOf("narrow"), end])), group);
    const [start, next] =
      layout.edges.find(({ from, to }) => from === "narrow" && to === "end")?.points ?? [];
    const frame = layout.frames.find(({ key }) => key === "wide");
    expect(next?.y).toBe(start?.y);
    expect(next?.x).toBeCloseTo((frame?.x ?? Number.NaN) + (frame?.width ?? 0));
  }
});

test("a change of state is no change of structure; another dependency, child or fold is", () => {
  const before = structureOf(graphModel(small));
  const worked: Tree = { ...small, status: "failed", title: "Other", finished_at: "2026-01-01T00:00:00Z" };
  expect(structureOf(graphModel(worked))).toBe(before);
  expect(structureOf(graphModel({ ...small, children: small.children.slice(1) }))).not.toBe(before);
  expect(structureOf(graphModel(small, new Map([["write", false]])))).not.toBe(before);
  const [read, ...rest] = small.children;
  const waiting = { ...small, children: [{ ...(read as Tree), depends_on: ["send"] }, ...rest] };
  expect(structureOf(graphModel(waiting))).not.toBe(before);
});

test.each([
  ["few", 6],
  ["many", 240],
])("%s cards never lie on each other, and whatever waits is to the right", (_, count) => {
  const plan = leaves(count, (place) =>
    treeOf("x", [], place < 2 ? [] : [`n${Math.floor(place / 2)}`, `n${place - 1 - (place % 2)}`]),
  );
  const layout = layoutGraph(graphModel(treeOf("top", plan)), dagreGroup);
  expectApart(layout);
  for (const { points } of layout.edges) {
    expect(points[0]?.x).toBeLessThan(points.at(-1)?.x ?? 0);
  }
});

test("what stands in nobody's way needs no order: hundreds stand in columns", () => {
  const layout = layoutGraph(graphModel(treeOf("top", leaves(200))), dagreGroup);
  expectApart(layout);
  expect(layout.width / layout.height).toBeGreaterThan(0.7);
  expect(layout.width / layout.height).toBeLessThan(3);
});

test("chains that have nothing to do with each other stand in columns as well, each with its lines", () => {
  const chains = leaves(120, (place) => treeOf("x", [], place % 2 === 0 ? [] : [`n${place - 1}`]));
  const layout = layoutGraph(graphModel(treeOf("top", chains)), dagreGroup);
  expectApart(layout);
  expect(layout.width / layout.height).toBeGreaterThan(0.5);
  const lines = layout.edges.filter(({ kind }) => kind === "waits");
  expect(lines).toHaveLength(60);
  for (const { points } of lines) {
    expect((points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0)).toBeLessThan(100);
    expect(points.at(-1)?.y).toBeCloseTo(points[0]?.y ?? Number.NaN);
  }
});

test("a plan that goes in a circle, which no host would take, is drawn all the same", () => {
  const sizes = [CARD, CARD, CARD];
  const edges = [
    [0, 1],
    [1, 2],
    [2, 0],
  ] as const;
  for (const group of [layeredGroup, dagreGroup]) expect(group(sizes, edges).corners).toHaveLength(3);
});

test("a title fits into a card, whatever an agent wrote", () => {
  expect(fitText("Collect the figures of the year", 12)).toBe("Collect the…");
  expect(fitText("short", 12)).toBe("short");
  expect(fitText("年度報告書の数字", 8)).toBe("年度報…");
  expect(fitText("a\u202eb\u0007c\nd\u200b", 12)).toBe("abc d");
});

test("groups of the same shape are placed once", () => {
  let count = 0;
  const group = rememberGroups((sizes, edges) => {
    count++;
    return layeredGroup(sizes, edges);
  });
  const first = group([CARD, CARD], [[0, 1]]);
  expect(group([{ ...CARD }, CARD], [[0, 1]])).toBe(first);
  group([CARD, { width: 1, height: 1 }], [[0, 1]]);
  group([CARD, CARD, CARD], [[0, 1]]);
  expect(count).toBe(3);
});

test("a line leaves level and comes in level", () => {
  expect(
    edgePath([
      { x: 0, y: 0 },
      { x: 10, y: 20 },
    ]),
  ).toBe("M0 0C5 0 5 20 10 20");
  expect(edgePath([])).toBe("");
});

test("a tree of 500 in plans of dozens is laid out without anybody's noticing", () => {
  const plan = (place: number) => (place === 0 ? [] : [`n${Math.floor(place / 2)}`]);
  const tree = treeOf(
    "top",
    leaves(22, () =>
      treeOf(
        "a",
        leaves(22, (place) => treeOf("b", [], plan(place))),
      ),
    ),
  );
  const open = new Map(leaves(22).map((_, place) => [`n${place}`, true]));
  const start = process.cpuUsage();
  expectApart(layoutGraph(graphModel(tree, open), dagreGroup));
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(3_000);
});

function leaves(count: number, make: (place: number) => Tree = () => treeOf("leaf")): Tree[] {
  return Array.from({ length: count }, (_, place) => ({ ...make(place), subtask: `n${place}` }));
}

function expectApart({ cards, width, height }: GraphLayout): void {
  const all = [...cards].sort(([, a], [, b]) => a.x - b.x);
  for (const [place, [key, { x, y }]] of all.entries()) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + CARD.width).toBeLessThanOrEqual(width + 0.01);
    expect(y + CARD.height).toBeLessThanOrEqual(height + 0.01);
    for (const [other, at] of all.slice(place + 1)) {
      if (at.x >= x + CARD.width) break;
      if (Math.abs(at.y - y) < CARD.height) expect.fail(`${key} and ${other} lie on each other`);
    }
  }
}
