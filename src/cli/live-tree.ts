import type { TreeNode } from "../view/task-tree.ts";
import type { Io } from "./io.ts";
import { paintWith } from "./render/paint.ts";
import { treeLines } from "./render/tree.ts";

const EVERY = 150;
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
/** Terminals that know it draw what stands between the two at once; others pass over it. */
const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";

/**
 * A tree that is drawn in place on a terminal. Every line is written over the one that stood there, so nothing flickers.
 *
 * @param read The tree as it is now; `undefined`: nothing to draw yet.
 * @param every Milliseconds between two drawings.
 */
export function drawLive(io: Io, read: () => TreeNode | undefined, every = EVERY): { stop(): void } {
  let drawn = 0;
  const draw = () => {
    const tree = read();
    if (tree === undefined) return;
    const { columns, rows } = io.size();
    const look = {
      paint: paintWith(io.colour.err),
      width: columns,
      height: Math.max(3, rows - 2),
      now: Date.now(),
    };
    const lines = treeLines(tree, look);
    const up = drawn > 0 ? `\u001b[${drawn}A` : "";
    io.err(`${BEGIN}${up}${lines.map((line) => `\r${line}\u001b[K\n`).join("")}\u001b[J${END}`);
    drawn = lines.length;
  };
  io.err(HIDE_CURSOR);
  const showCursor = () => io.err(SHOW_CURSOR);
  process.once("exit", showCursor);
  const timer = setInterval(draw, every);
  return {
    stop() {
      clearInterval(timer);
      draw();
      process.off("exit", showCursor);
      showCursor();
    },
  };
}
