import type { Node } from "acorn";

/** A node of any type, as it is walked. */
export type AnyNode = Node & Record<string, unknown>;

/** Calls `enter` for a node before its children, in the order of the text, and `leave` after them. */
export function walk(
  node: Node,
  enter: (node: AnyNode, parent: AnyNode | undefined, key: string) => void,
  leave: (node: AnyNode) => void = () => {},
  parent?: AnyNode,
  key = "",
): void {
  const any = node as AnyNode;
  enter(any, parent, key);
  for (const [name, value] of Object.entries(any)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) walk(item, enter, leave, any, name);
    } else if (isNode(value)) walk(value, enter, leave, any, name);
  }
  leave(any);
}

export function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string"
  );
}

/** What stands inside of any parentheses. */
export function bare(node: AnyNode): AnyNode {
  let inner = node;
  while (inner.type === "ParenthesizedExpression") inner = inner.expression as AnyNode;
  return inner;
}
