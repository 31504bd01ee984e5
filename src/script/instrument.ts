import type { Program } from "acorn";
import { PRIMITIVES, RESERVED } from "./known-names.ts";
import type { Insertion } from "./positions.ts";
import { isMetaExport } from "./refuse.ts";
import { type AnyNode, walk } from "./syntax.ts";

/** What the sandbox gives to a script besides the primitives, by which it knows in which flow of control the script is. */
export const HOOKS = ["enter", "leave", "hold", "resume"].map((name) => `${RESERVED}_${name}`);
const [ENTER, LEAVE, HOLD, RESUME] = HOOKS;

const BEGIN = `const ${RESERVED} = ${ENTER}(); try {`;
const END = `} finally { ${LEAVE}(${RESERVED}); }`;

export interface Instrumented {
  /** An expression: a function whose parameters are PRIMITIVES and HOOKS, and which gives a promise. */
  code: string;
  insertions: Insertion[];
}

/**
 * The script as an async function that tells at which place in its flow of control it is. The language does not say to which flow of control
 * a continuation belongs; so each async function says when it is entered and left, and each `await` is
 *
 *     resume(await hold(value, flow))
 *
 * where `hold` keeps the flow and gives control back to the caller's, and `resume` is the first thing that happens after the wait.
 */
export function instrument(text: string, tree: Program): Instrumented {
  const starts: Piece[] = [];
  const ends: Piece[] = [];
  const put = (list: Piece[], node: { start: number }, at: number, piece: string) =>
    void list.push({ at, text: piece, order: list.length, node });
  walk(
    tree,
    (node) => {
      if (node.type === "AwaitExpression") {
        put(starts, node, node.start, `${RESUME}(`);
        put(starts, node, (node.argument as AnyNode).start, `${HOLD}((`);
      } else if (isAsyncFunction(node)) {
        const body = node.body as AnyNode;
        if (isEmpty(body)) return;
        if (body.type === "BlockStatement") put(starts, node, body.start + 1, BEGIN);
        else put(starts, node, body.start, `{${BEGIN} return (`);
      }
    },
    (node) => {
      if (node.type === "AwaitExpression") put(ends, node, node.end, `), ${RESERVED}))`);
      else if (isAsyncFunction(node)) {
        const body = node.body as AnyNode;
        if (isEmpty(body)) return;
        if (body.type === "BlockStatement") put(ends, node, body.end - 1, END);
        else put(ends, node, body.end, `); ${END}}`);
      }
    },
  );
  // A function of its own, so that `arguments` of the script holds nothing of ours.
  const given = [...PRIMITIVES, ...HOOKS].join(", ");
  const prefix = `(function (${given}) { "use strict"; return (async function () { ${BEGIN}`;
  // A comment may end the script, so what closes it stands on a line of its own.
  return weave(withoutExport(text, tree), prefix, `\n${END}})(); })`, [...inOrder(ends), ...inOrder(starts)]);
}

interface Piece {
  at: number;
  text: string;
  order: number;
  node: { start: number };
}

/** At one place what ends comes before what begins, as no two nodes of which one begins where the other ends lack a character between. */
function inOrder(pieces: Piece[]): Piece[] {
  return pieces.sort((a, b) => a.at - b.at || a.order - b.order);
}

function weave(text: string, prefix: string, suffix: string, pieces: Piece[]): Instrumented {
  pieces.sort((a, b) => a.at - b.at);
  const insertions: Insertion[] = [{ line: 1, column: 0, length: prefix.length }];
  let code = prefix;
  let done = 0;
  let line = 1;
  let lineStart = 0;
  for (const { at, text: piece } of pieces) {
    for (let end = text.indexOf("\n", done); end !== -1 && end < at; end = text.indexOf("\n", end + 1)) {
      line += 1;
      lineStart = end + 1;
    }
    code += text.slice(done, at) + piece;
    insertions.push({ line, column: at - lineStart, length: piece.length });
    done = at;
  }
  return { code: code + text.slice(done) + suffix, insertions };
}

/** `export` of `export const meta` makes way for blanks, so that nothing moves. */
function withoutExport(text: string, tree: Program): string {
  const meta = (tree.body as AnyNode[]).find(isMetaExport);
  if (meta === undefined) return text;
  return text.slice(0, meta.start) + " ".repeat("export".length) + text.slice(meta.start + "export".length);
}

/** Nothing happens in it, and what begins and what ends it would stand at one place. */
function isEmpty(body: AnyNode): boolean {
  return body.type === "BlockStatement" && body.end - body.start === 2;
}

function isAsyncFunction(node: AnyNode): boolean {
  return (
    node.async === true &&
    (node.type === "FunctionDeclaration" ||
      node.type === "FunctionExpression" ||
      node.type === "ArrowFunctionExpression")
  );
}
