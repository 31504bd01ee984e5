// Links in Markdown to files of the same folder, and to headings in them, that lead nowhere.
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { shorten } from "./text.mjs";

const INLINE =
  /!?\[(?:[^\]\\]|\\.)*\]\(\s*(?:<([^>]*)>|([^\s()]*(?:\([^\s()]*\)[^\s()]*)*))(?:\s+["'(][^\n]*?["')])?\s*\)/g;
const DEFINITION = /^ {0,3}\[(?!\^)[^\]]+\]:\s*(?:<([^>]*)>|(\S+))/;
const HTML = /<(?:a|img)\b[^>]*?\s(?:href|src)=["']([^"']*)["']/gi;
/** Addresses, and templates that become links only later. */
const ELSEWHERE = /^[a-z][a-z0-9+.-]*:|^\/\/|[{}<>$|]|^\s*$/i;

/** `{checked, broken: [{line, target, why}]}`; paths that leave the folder are not checked. */
export function checkLinks(root, path, text) {
  const broken = [];
  let checked = 0;
  for (const { line, target } of findLinks(text)) {
    if (ELSEWHERE.test(target)) continue;
    const why = check(root, path, text, target);
    if (why === undefined) continue;
    checked += 1;
    if (why !== "") broken.push({ line, target: shorten(target, 160), why });
  }
  return { checked, broken };
}

/** Nothing: not checked; an empty text: it leads somewhere. */
function check(root, path, text, target) {
  const [, rawFile, , rawAnchor] = target.match(/^([^#?]*)(\?[^#]*)?(?:#(.*))?$/s) ?? [];
  if (rawFile === undefined) return undefined;
  const [file, anchor] = [decode(rawFile), rawAnchor === undefined ? undefined : decode(rawAnchor)];
  if (file === undefined) return "not a valid address";
  if (file === "") return anchor === undefined ? undefined : checkAnchor(text, anchor);
  const full = file.startsWith("/") ? join(root, file) : resolve(root, dirname(path), file);
  if (relative(root, full).startsWith("..")) return undefined;
  // `/guide` is a page of a site as often as a folder here; only a name with an ending is surely a file.
  if (!existsSync(full)) return file.startsWith("/") && !/\.\w+$/.test(file) ? undefined : "no such file";
  if (anchor === undefined || !/\.(?:md|mdx|markdown)$/i.test(full)) return "";
  try {
    return statSync(full).size > 4 << 20 ? "" : checkAnchor(readFileSync(full, "utf8"), anchor);
  } catch {
    return "";
  }
}

function checkAnchor(text, anchor) {
  if (anchor === "" || anchor === "top" || /^L\d+(?:-L?\d+)?$/.test(anchor)) return "";
  return anchorsOf(text).has(anchor.toLowerCase()) ? "" : "no such heading";
}

function* findLinks(text) {
  for (const [index, line] of prose(text)) {
    const definition = line.match(DEFINITION);
    if (definition !== null) yield { line: index + 1, target: definition[1] ?? definition[2] };
    for (const match of line.matchAll(INLINE)) yield { line: index + 1, target: match[1] ?? match[2] ?? "" };
    for (const match of line.matchAll(HTML)) yield { line: index + 1, target: match[1] };
  }
}

/** Lines outside fences, without what stands in backticks or comments. */
function* prose(text) {
  let fence = "";
  const visible = text.replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => comment.replace(/[^\n]/g, " "));
  for (const [index, line] of visible.split(/\r?\n/).entries()) {
    const mark = line.match(/^\s*(?:[-*+]\s+|\d+[.)]\s+|>\s?)*(`{3,}|~{3,})/)?.[1];
    if (fence !== "") {
      if (mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length) fence = "";
    } else if (mark !== undefined) fence = mark;
    else if (line.length < 20_000) yield [index, line.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, "")];
  }
}

/** The anchors of a text as GitHub makes them of headings, and those that stand in it. */
function anchorsOf(text) {
  const anchors = new Set();
  for (const match of text.matchAll(/\s(?:id|name)=["']([^"']+)["']/g)) anchors.add(match[1].toLowerCase());
  let fence = "";
  let last = "";
  for (const line of text.split(/\r?\n/)) {
    const mark = line.match(/^\s*(`{3,}|~{3,})/)?.[1];
    if (fence !== "") fence = mark?.startsWith(fence) ? "" : fence;
    else if (mark !== undefined) fence = mark;
    else {
      const heading =
        line.match(/^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$/)?.[1] ?? (/^(?:=+|-+)\s*$/.test(line) ? last : "");
      const slug = slugOf(heading);
      for (let n = 0; slug !== ""; n += 1) {
        const anchor = n === 0 ? slug : `${slug}-${n}`;
        if (anchors.has(anchor)) continue;
        anchors.add(anchor);
        break;
      }
    }
    last = line;
  }
  return anchors;
}

function slugOf(heading) {
  // What stands in backticks is text: `<name>` there is no tag.
  const plain = heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(`+)(?!`)(.*?)(?<!`)\1(?!`)|<[^>]*>/g, "$2")
    .trim();
  const kept = plain.toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "");
  return kept.replace(/ /g, "-");
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
