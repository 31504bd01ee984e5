import type { Program } from "acorn";
import { ClawflowError } from "../protocol/errors.ts";
import { nearest } from "../protocol/nearest.ts";
import { LANGUAGE, NOT_IN_REACH, PRIMITIVES, RESERVED } from "./known-names.ts";
import { placeOf } from "./parse-program.ts";
import { type AnyNode, walk } from "./syntax.ts";

const KNOWN = new Set<string>([...PRIMITIVES, ...LANGUAGE, "arguments"]);

/**
 * Refuses what a script may not hold, by what it is in the syntax tree: text in strings and comments says nothing. The sandbox is the
 * boundary; this is so that a mistake is told before anything runs.
 *
 * @throws E_SCRIPT with line and column of the first
 */
export function refuseForbidden(tree: Program): void {
  const declared = new Set<string>();
  walk(tree, (node) => {
    for (const name of declaredBy(node)) declared.add(name);
  });
  walk(tree, (node, parent, key) => {
    refuseSyntax(node);
    if (node.type === "Identifier" && isReference(node, parent, key)) refuseName(node, declared);
  });
}

function refuseSyntax(node: AnyNode): void {
  switch (node.type) {
    case "ImportDeclaration":
    case "ImportExpression":
      refuse(node, "an import", NOT_IN_REACH.require);
      break;
    case "ExportAllDeclaration":
    case "ExportDefaultDeclaration":
    case "ExportNamedDeclaration":
      if (isMetaExport(node)) break;
      refuse(node, "an export", "only `export const meta = {…}` may stand; end with `return …`");
      break;
    case "MetaProperty":
      if ((node.meta as AnyNode).name === "import") refuse(node, "import.meta", NOT_IN_REACH.require);
      return;
    case "ForOfStatement":
      if (node.await === true) refuse(node, "for await", "use `for (const x of xs) { … await … }`");
      return;
    case "FunctionDeclaration":
    case "FunctionExpression":
      if (node.async === true && node.generator === true)
        refuse(node, "an async generator", "use an async function that returns an array");
      return;
    case "DebuggerStatement":
      refuse(node, "debugger", "use log('…')");
      break;
  }
}

function refuseName(node: AnyNode, declared: ReadonlySet<string>): void {
  const name = node.name as string;
  if (name.startsWith(RESERVED))
    refuse(node, `the name ${name}`, `names that begin with ${RESERVED} are taken`);
  if (declared.has(name) || KNOWN.has(name)) return;
  const hint = Object.hasOwn(NOT_IN_REACH, name) ? NOT_IN_REACH[name] : undefined;
  if (hint !== undefined) refuse(node, name, hint);
  const meant = nearest(name, [...declared, ...KNOWN]);
  throw new ClawflowError("E_SCRIPT", `${name} is not defined`, {
    at: placeOf(node),
    hint: meant === undefined ? `In reach are ${PRIMITIVES.join(", ")}` : `Is ${meant} meant?`,
  });
}

function refuse(node: AnyNode, what: string, hint: string | undefined): void {
  throw new ClawflowError("E_SCRIPT", `${what} is not allowed in a script`, {
    at: placeOf(node),
    ...(hint === undefined ? {} : { hint: `${hint[0]?.toUpperCase()}${hint.slice(1)}` }),
  });
}

/** `export const meta = …`, at the top. */
export function isMetaExport(node: AnyNode): boolean {
  const declaration = node.declaration as AnyNode | null;
  if (node.type !== "ExportNamedDeclaration" || declaration?.type !== "VariableDeclaration") return false;
  const [only, ...more] = declaration.declarations as AnyNode[];
  return (
    declaration.kind === "const" && more.length === 0 && (only?.id as AnyNode | undefined)?.name === "meta"
  );
}

/** An identifier that stands for a value, and is not merely the name of a property or label, or of what an import takes. */
function isReference(node: AnyNode, parent: AnyNode | undefined, key: string): boolean {
  switch (parent?.type) {
    case "MemberExpression":
      return key === "object" || parent.computed === true;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return (
        key === "value" || parent.computed === true || (parent.shorthand === true && node === parent.value)
      );
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return key !== "label";
    case "MetaProperty":
    case "ExportSpecifier":
    case "ImportSpecifier":
      return false;
    default:
      return true;
  }
}

function declaredBy(node: AnyNode): string[] {
  switch (node.type) {
    case "VariableDeclarator":
      return boundBy(node.id);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return [...boundBy(node.id), ...(node.params as unknown[]).flatMap(boundBy)];
    case "ClassDeclaration":
    case "ClassExpression":
      return boundBy(node.id);
    case "CatchClause":
      return boundBy(node.param);
    default:
      return [];
  }
}

function boundBy(pattern: unknown): string[] {
  const node = pattern as AnyNode | null | undefined;
  switch (node?.type) {
    case "Identifier":
      return [node.name as string];
    case "ObjectPattern":
      return (node.properties as AnyNode[]).flatMap((part) =>
        boundBy(part.type === "Property" ? part.value : part),
      );
    case "ArrayPattern":
      return (node.elements as unknown[]).flatMap(boundBy);
    case "AssignmentPattern":
      return boundBy(node.left);
    case "RestElement":
      return boundBy(node.argument);
    default:
      return [];
  }
}
