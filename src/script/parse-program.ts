import { type Node, type Options, type Program, parse } from "acorn";
import { ClawflowError } from "../protocol/errors.ts";
import { LARGEST } from "./limits.ts";

const SYNTAX: Options = {
  ecmaVersion: 2024,
  sourceType: "module",
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
  locations: true,
  preserveParens: true,
};

export interface Parsed {
  /** Without a byte order mark, lines ended by \n alone. */
  text: string;
  tree: Program;
}

/** The syntax tree of a script, the body of an async function. @throws E_SCRIPT with line and column */
export function parseProgram(given: string): Parsed {
  if (given.length > LARGEST.program) {
    throw new ClawflowError("E_SCRIPT", "too long for a script", {
      expected: `at most ${LARGEST.program / 1024} KiB`,
      found: `${Math.ceil(given.length / 1024)} KiB`,
      hint: "Give data as args",
    });
  }
  const text = given.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  try {
    return { text, tree: parse(text, SYNTAX) };
  } catch (error) {
    throw syntaxError(error, text);
  }
}

function syntaxError(error: unknown, text: string): ClawflowError {
  // The parser descends as deep as the program nests.
  if (!(error instanceof SyntaxError) || /stack space/.test(error.message)) {
    return new ClawflowError("E_SCRIPT", "nested too deeply to be read", { cause: error });
  }
  const { loc, pos = 0 } = error as SyntaxError & { loc?: { line: number; column: number }; pos?: number };
  const hint = looksTyped(text, pos) ? "A script is JavaScript: leave types out" : undefined;
  return new ClawflowError("E_SCRIPT", error.message.replace(/ \(\d+:\d+\)$/, ""), {
    at: placeText(loc?.line ?? 1, (loc?.column ?? 0) + 1),
    expected: "JavaScript: the body of an async function",
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

/** `name: Type`, `interface X`, `x as T`: what TypeScript looks like where JavaScript ends. */
function looksTyped(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 40), at);
  const after = text.slice(at, at + 40);
  return (
    /^:\s*[\p{ID_Start}{]/u.test(after) ||
    /\b(?:interface|type|enum|as|satisfies|namespace)\s+$/.test(before) ||
    /^(?:as|satisfies)\s/.test(after)
  );
}

/** How a place in a script is written everywhere. Both count from 1. */
export function placeText(line: number, column: number): string {
  return `line ${line}, column ${column}`;
}

export function placeOf(node: Node): string {
  return placeText(node.loc?.start.line ?? 1, (node.loc?.start.column ?? 0) + 1);
}
