import { type GraphNode, siblingEdges } from "./graph-model.ts";
import type { PlacedGroup, PlaceGroup, Point, Size } from "./layout-types.ts";
import { placeSiblings } from "./place-siblings.ts";

export const CARD: Size = { width: 252, height: 54 };
/** From a card to its first subtasks, and around all of them. */
const INDENT = 40;
const PAD = 12;

export interface Frame extends Point, Size {
  key: string;
}

/** `part`: of a task to a subtask that waits for no other; `waits`: to one from what it waits for. */
export interface GraphEdge {
  kind: "part" | "waits";
  from: string;
  to: string;
  /** From its start to its end. */
  points: Point[];
}

export interface GraphLayout extends Size {
  /** The upper left corners of cards, by key. */
  cards: Map<string, Point>;
  /** Around what is open, the outer ones first. */
  frames: Frame[];
  edges: GraphEdge[];
}

/** A block: a card, or a card and beside it the blocks of its subtasks. */
interface Block extends Size {
  node: GraphNode;
  inner?: { blocks: Block[]; group: PlacedGroup; edges: [number, number][] };
}

/**
 * Where everything is drawn. What a task consists of stands to the right of its card in a frame of its own, and whatever waits for it to the
 * right of that frame: time goes from left to right, and no line crosses the inside of another task.
 */
export function layoutGraph(model: GraphNode, placeGroup: PlaceGroup): GraphLayout {
  const block = blockOf(model, placeGroup);
  const layout: GraphLayout = {
    width: block.width,
    height: block.height,
    cards: new Map(),
    frames: [],
    edges: [],
  };
  put(layout, block, { x: 0, y: 0 });
  return layout;
}

function blockOf(node: GraphNode, placeGroup: PlaceGroup): Block {
  if (node.children.length === 0) return { node, ...CARD };
  const blocks = node.children.map((child) => blockOf(child, placeGroup));
  const edges = siblingEdges(node.children);
  const group = placeSiblings(blocks, edges, placeGroup);
  return {
    node,
    inner: { blocks, group, edges },
    width: PAD + CARD.width + INDENT + group.width + PAD,
    height: PAD + Math.max(CARD.height, group.height) + PAD,
  };
}

function put(layout: GraphLayout, { node, inner, width, height }: Block, at: Point): void {
  if (inner === undefined) {
    layout.cards.set(node.key, at);
    return;
  }
  const card = { x: at.x + PAD, y: at.y + PAD };
  layout.cards.set(node.key, card);
  layout.frames.push({ key: node.key, ...at, width, height });
  const origin = { x: card.x + CARD.width + INDENT, y: card.y };
  const corners = inner.group.corners.map(({ x, y }) => ({ x: origin.x + x, y: origin.y + y }));
  inner.blocks.forEach((block, place) => {
    put(layout, block, corners[place] ?? origin);
  });
  layout.edges.push(...partEdges(node, card, inner, corners), ...waitEdges(inner, corners, origin));
}

function partEdges(
  node: GraphNode,
  card: Point,
  { blocks, edges }: NonNullable<Block["inner"]>,
  corners: readonly Point[],
): GraphEdge[] {
  const waiting = new Set(edges.map(([, to]) => to));
  const start = { x: card.x + CARD.width, y: card.y + CARD.height / 2 };
  return blocks.flatMap((block, place) => {
    const corner = corners[place];
    if (waiting.has(place) || corner === undefined) return [];
    return [
      { kind: "part" as const, from: node.key, to: block.node.key, points: [start, doorOf(block, corner)] },
    ];
  });
}

function waitEdges(
  { blocks, group, edges }: NonNullable<Block["inner"]>,
  corners: readonly Point[],
  origin: Point,
): GraphEdge[] {
  const columns = columnsOf(blocks, corners);
  return edges.flatMap(([from, to], place) => {
    const [source, target] = [blocks[from], blocks[to]];
    const [begin, end] = [corners[from], corners[to]];
    if (source === undefined || target === undefined || begin === undefined || end === undefined) return [];
    const start = { x: begin.x + source.width, y: doorOf(source, begin).y };
    const bends = (group.bends[place] ?? []).map(({ x, y }) => ({ x: origin.x + x, y: origin.y + y }));
    const points = levelled([start, ...bends, doorOf(target, end)], columns);
    return [{ kind: "waits" as const, from: source.node.key, to: target.node.key, points }];
  });
}

interface Column {
  left: number;
  right: number;
}

/** Blocks that begin at the same place across stand in a column, as wide as the widest. */
function columnsOf(blocks: readonly Block[], corners: readonly Point[]): Column[] {
  const columns = new Map<number, Column>();
  blocks.forEach(({ width }, place) => {
    const left = round(corners[place]?.x ?? 0);
    const right = Math.max(columns.get(left)?.right ?? 0, left + width);
    columns.set(left, { left, right });
  });
  return [...columns.values()];
}

/** A line goes level as long as it is beside a column's blocks, and bends in the gaps between columns. */
function levelled([start, ...rest]: Point[], columns: readonly Column[]): Point[] {
  if (start === undefined) return [];
  const end = rest.at(-1) ?? start;
  const columnAt = (x: number) => columns.find(({ left, right }) => left - 1 < x && x < right + 1);
  const out = columnAt(start.x);
  const between = rest.slice(0, -1).flatMap(({ x, y }) => {
    const column = columnAt(x);
    return column === undefined || column === out
      ? []
      : [column.left, column.right].map((side) => ({ x: side, y }));
  });
  const leaves = out !== undefined && out.right > start.x + 1 ? [{ x: out.right, y: start.y }] : [];
  return [start, ...leaves, ...between, end];
}

/** Where lines come in: on the left, at the height of the card. */
function doorOf({ inner }: Block, { x, y }: Point): Point {
  return { x, y: y + (inner === undefined ? 0 : PAD) + CARD.height / 2 };
}

/** An SVG path that leaves and comes in level, and bends softly between. */
export function edgePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let path = `M${round(first.x)} ${round(first.y)}`;
  let from = first;
  for (const to of rest) {
    const middle = round((from.x + to.x) / 2);
    path += `C${middle} ${round(from.y)} ${middle} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
    from = to;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
