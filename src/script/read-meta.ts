import type { Program } from "acorn";
import { z } from "zod";
import { checkShape } from "../protocol/check-shape.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { FORBIDDEN_KEYS } from "../protocol/plain-value.ts";
import { LARGEST } from "./limits.ts";
import { placeOf } from "./parse-program.ts";
import { isMetaExport } from "./refuse.ts";
import { type AnyNode, bare } from "./syntax.ts";

const text = z.string().min(1).max(LARGEST.name);
const long = z.string().max(4000);

/** What a script says of itself. */
export const metaSchema = z.strictObject({
  name: text.optional(),
  description: long.optional(),
  phases: z
    .array(z.union([text, z.strictObject({ title: text, detail: long.optional() })]))
    .max(100)
    .optional(),
  whenToUse: long.optional(),
});
export type ScriptMeta = z.infer<typeof metaSchema>;

/**
 * The value of `export const meta = {…}` anywhere at the top, or of `const meta = {…}` as the first statement. It is read, not run, so it
 * must be a pure literal.
 *
 * @throws E_SCRIPT with line and column
 */
export function readMeta(tree: Program): ScriptMeta | undefined {
  const node = metaNode(tree);
  if (node === undefined) return undefined;
  const value = literal(node);
  try {
    return checkShape(metaSchema, value, "E_SCRIPT", ["meta"]);
  } catch (error) {
    if (!(error instanceof ClawflowError)) throw error;
    const { detail, message } = error;
    throw new ClawflowError("E_SCRIPT", message, {
      at: placeOf(node),
      cause: error,
      ...(detail.hint ? { hint: detail.hint } : {}),
    });
  }
}

function metaNode(tree: Program): AnyNode | undefined {
  const body = tree.body as AnyNode[];
  const exported = body.find(isMetaExport);
  if (exported !== undefined) return initial(exported.declaration as AnyNode);
  const first = body[0];
  if (first?.type !== "VariableDeclaration" || first.kind !== "const") return undefined;
  const value = initial(first);
  const { name } = declarator(first).id as AnyNode;
  return name === "meta" && value !== undefined && bare(value).type === "ObjectExpression"
    ? value
    : undefined;
}

function initial(declaration: AnyNode): AnyNode | undefined {
  return (declarator(declaration).init as AnyNode | null) ?? undefined;
}

function declarator(declaration: AnyNode): AnyNode {
  return (declaration.declarations as [AnyNode])[0];
}

function literal(given: AnyNode): unknown {
  const node = bare(given);
  switch (node.type) {
    case "Literal":
      if (node.regex === undefined && node.bigint === undefined) return node.value;
      break;
    case "TemplateLiteral":
      if ((node.expressions as unknown[]).length === 0)
        return (node.quasis as [{ value: { cooked: string } }])[0].value.cooked;
      break;
    case "UnaryExpression":
      if (node.operator === "-") {
        const value = literal(node.argument as AnyNode);
        if (typeof value === "number") return -value;
      }
      break;
    case "ArrayExpression":
      return (node.elements as (AnyNode | null)[]).map((item) =>
        item === null ? notLiteral(node) : literal(item),
      );
    case "ObjectExpression":
      return Object.fromEntries((node.properties as AnyNode[]).map(property));
  }
  return notLiteral(node);
}

function property(node: AnyNode): [string, unknown] {
  if (
    node.type !== "Property" ||
    node.computed === true ||
    node.kind !== "init" ||
    node.method === true ||
    node.shorthand === true
  )
    return notLiteral(node);
  const key = node.key as AnyNode;
  const name = key.type === "Identifier" ? (key.name as string) : String(key.value);
  return FORBIDDEN_KEYS.includes(name) ? notLiteral(node) : [name, literal(node.value as AnyNode)];
}

function notLiteral(node: AnyNode): never {
  throw new ClawflowError("E_SCRIPT", "meta is no pure literal", {
    at: placeOf(node),
    expected: "texts, numbers, true, false, null, and lists and objects of these",
    hint: 'It is read without being run: export const meta = {name: "audit", description: "Audits every route"}',
  });
}
