import type { Tree } from "../../../api-types.ts";

/** One task of the tree as it is drawn. */
export interface GraphNode {
  /** The ids of the subtasks down to here: `""` at the top, `survey/inspect-src` below. */
  key: string;
  node: Tree;
  depth: number;
  /** Those that are drawn: none where it is closed. */
  children: GraphNode[];
  /** How many there are below, drawn or not. */
  below: number;
  isOpen: boolean;
}

/** As many levels are open from the beginning as come to no more nodes than that; the first one always. */
const MANY = 60;

/** @param chosen what a person opened or closed, by key */
export function graphModel(tree: Tree, chosen: ReadonlyMap<string, boolean> = new Map()): GraphNode {
  const below = countBelow(tree, new Map());
  const open = openLevels(tree);
  const make = (node: Tree, key: string, depth: number): GraphNode => {
    const hasMore = node.children.length > 0;
    const isOpen = hasMore && (chosen.get(key) ?? depth < open);
    const children = isOpen ? node.children.map((child) => make(child, keyOf(key, child), depth + 1)) : [];
    return { key, node, depth, children, below: below.get(node) ?? 0, isOpen };
  };
  return make(tree, "", 0);
}

function keyOf(parent: string, { subtask }: Tree): string {
  return parent === "" ? `${subtask}` : `${parent}/${subtask}`;
}

function openLevels(tree: Tree): number {
  let level = tree.children;
  let count = 1 + level.length;
  for (let open = 1; ; open++) {
    level = level.flatMap(({ children }) => children);
    count += level.length;
    if (level.length === 0 || count > MANY) return open;
  }
}

function countBelow(node: Tree, counts: Map<Tree, number>): Map<Tree, number> {
  let count = 0;
  for (const child of node.children) {
    countBelow(child, counts);
    count += 1 + (counts.get(child) ?? 0);
  }
  return counts.set(node, count);
}

/** Every node that is drawn, those above first. */
export function shownNodes(model: GraphNode): GraphNode[] {
  return [model, ...model.children.flatMap(shownNodes)];
}

/** The dependencies among siblings, as places in their list; an id that is none of theirs says nothing. */
export function siblingEdges(children: readonly GraphNode[]): [from: number, to: number][] {
  const places = new Map(children.map(({ node }, place) => [node.subtask, place]));
  return children.flatMap(({ node }, to) =>
    [...new Set(node.depends_on)].flatMap((id): [number, number][] => {
      const from = places.get(id);
      return from === undefined || from === to ? [] : [[from, to]];
    }),
  );
}

/** The same for two models that are drawn in the same places, whatever the state of their tasks. */
export function structureOf(model: GraphNode): string {
  return shownNodes(model)
    .map(({ key, node, isOpen }) => `${key}${isOpen ? "+" : ""}<${node.depends_on.join()}`)
    .join("\n");
}

/** The task that a node is a subtask of. */
export function nodeAbove(tree: Tree, key: string): Tree | undefined {
  if (key === "") return undefined;
  let above: Tree | undefined = tree;
  for (const id of key.split("/").slice(0, -1)) above = above?.children.find(({ subtask }) => subtask === id);
  return above;
}
