// Notes that somebody left to come back to: in comments, not in strings, patterns or prose about such notes.
import { shorten } from "./text.mjs";

const MARKER = /^[\s*!/#;%@([-]*(TODO|FIXME|HACK|XXX)(?![\w/|,-])|\b(TODO|FIXME|HACK|XXX)(?=:|\([\w@.-]+\))/;
const BEGIN = {
  c: ["//", "/*"],
  hash: ["#"],
  dash: ["--", "{-"],
  semicolon: [";"],
  percent: ["%"],
  html: ["<!--"],
  none: [],
};

/** `[{line, marker, text}]` of a text in a language. */
export function findMarkers(text, language) {
  const found = [];
  if (!/TODO|FIXME|HACK|XXX/.test(text)) return found;
  let inBlock = false;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.length > 2_000) continue;
    const comment = inBlock ? line : commentOf(line, BEGIN[language.comment]);
    if (language.comment === "c") inBlock = staysInBlock(inBlock ? line : comment, inBlock);
    const match =
      comment?.match(MARKER) ?? (language.kind === "text" ? line.match(/^\W{0,6}(TODO|FIXME): /) : null);
    if (match === null || match === undefined) continue;
    const rest = (comment ?? line)
      .slice(match.index + match[0].length)
      .replace(/^[\s:)\]-]+|(?:\*\/|-->)\s*$/g, "");
    found.push({ line: index + 1, marker: match[1] ?? match[2], text: shorten(rest.trim(), 120) });
  }
  return found;
}

/** What stands behind the first beginning of a comment that is not in a string. */
function commentOf(line, begins) {
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at];
    if (character === '"' || character === "'" || character === "`") {
      const close = closing(line, at);
      // One without its end is an apostrophe, or a string over several lines: read on behind it.
      if (close > 0) at = close;
      continue;
    }
    const begin = begins.find((one) => line.startsWith(one, at));
    if (begin === undefined) continue;
    // `a # b` begins a comment, `$#` and `https://` do not.
    if ((begin === "#" || begin === "//") && at > 0 && /[$&:\w\\]/.test(line[at - 1])) continue;
    return begin === "/*" ? `/*${line.slice(at + 2)}` : line.slice(at + begin.length);
  }
  return undefined;
}

function closing(line, open) {
  for (let at = open + 1; at < line.length; at += 1) {
    if (line[at] === "\\") at += 1;
    else if (line[at] === line[open]) return at;
  }
  return -1;
}

function staysInBlock(comment, inBlock) {
  if (comment === undefined) return false;
  if (!inBlock && !comment.startsWith("/*")) return false;
  return !comment.includes("*/");
}
