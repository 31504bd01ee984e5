import type { TreeNode } from "../view/task-tree.ts";
import type { Io } from "./io.ts";
import { paintWith } from "./render/paint.ts";
import { treeLines } from "./render/tree.ts";

const EVERY = 150;
/** Drawing a large tree takes at most a twentieth of the time. */
const COST_FACTOR = 20;
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
/** Terminals that know it draw what stands between the two at once; others pass over it. */
const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";

export interface LiveTree {
  /** A line that stays, above the tree. */
  note(line: string): void;
  stop(): void;
}

/**
 * A tree that is drawn in place on a terminal. Every line is written over the one that stood there, so nothing flickers.
 *
 * @param read The tree as it is now; `undefined`: nothing to draw yet.
 * @param every Milliseconds between two drawings.
 */
export function drawLive(io: Io, read: () => TreeNode | undefined, every = EVERY): LiveTree {
  let drawn = 0;
  let timer: NodeJS.Timeout;
  const write = (note: string) => {
    const tree = read();
    const { columns, rows } = io.size();
    const look = {
      paint: paintWith(io.colour.err),
      width: columns,
      height: Math.max(3, rows - 2),
      now: Date.now(),
    };
    const lines = tree === undefined ? [] : treeLines(tree, look);
    const up = drawn > 0 ? `\u001b[${drawn}A` : "";
    const body = [...(note === "" ? [] : [note]), ...lines].map((line) => `\r${line}\u001b[K\n`).join("");
    io.err(`${BEGIN}${up}${body}\u001b[J${END}`);
    drawn = lines.length;
  };
  const draw = () => {
    const begun = performance.now();
    write("");
    timer = setTimeout(draw, Math.max(every, COST_FACTOR * (performance.now() - begun)));
  };
  io.err(HIDE_CURSOR);
  const showCursor = () => io.err(SHOW_CURSOR);
  process.once("exit", showCursor);
  timer = setTimeout(draw, every);
  return {
    note: write,
    stop() {
      clearTimeout(timer);
      write("");
      process.off("exit", showCursor);
      showCursor();
    },
  };
}
