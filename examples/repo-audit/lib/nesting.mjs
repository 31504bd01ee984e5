// How deep code is nested, as one sees it: by indentation, and where blocks have braces by those too, whichever says less.

/** `{depth, line}` of the deepest line; 0 for text without any nesting. */
export function deepest(text, language) {
  let found = { depth: 0, line: 0 };
  const indents = [0];
  const braces = language.braces ? braceDepths(text) : undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const indent = indentOf(line);
    if (indent === undefined) continue;
    while (indents.at(-1) > indent) indents.pop();
    if (indents.at(-1) < indent) indents.push(indent);
    const depth = Math.min(indents.length - 1, braces?.[index] ?? Number.POSITIVE_INFINITY);
    if (depth > found.depth) found = { depth, line: index + 1 };
  }
  return found;
}

/** Columns before the first character; undefined for an empty line. A tab counts as four. */
function indentOf(line) {
  let columns = 0;
  for (const character of line) {
    if (character === " ") columns += 1;
    else if (character === "\t") columns += 4;
    else return character === "\r" ? undefined : columns;
  }
  return undefined;
}

/** For every line how many braces are open where it begins; those in strings and comments do not count. */
function braceDepths(text) {
  const depths = [0];
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\n") depths.push(open);
    else if (character === "{") open += 1;
    else if (character === "}") open = Math.max(0, open - 1);
    else if (character === '"' || character === "'") at = endOfString(text, at);
    else if (character === "/" && text[at + 1] === "/") at = before(text.indexOf("\n", at), text);
    else if (character === "/" && text[at + 1] === "*") {
      const end = before(text.indexOf("*/", at + 2), text);
      for (let line = at; line <= end; line += 1) if (text[line] === "\n") depths.push(open);
      at = end;
    }
  }
  return depths;
}

/** A string that does not end on its line is taken for a lone quotation mark. */
function endOfString(text, start) {
  for (let at = start + 1; at < text.length && text[at] !== "\n"; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === text[start]) return at;
  }
  return start;
}

function before(index, text) {
  return index === -1 ? text.length : index - 1;
}
