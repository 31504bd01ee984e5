// The part of .gitignore that matters here: globs, folders, anchors, negation, one file in each folder.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Never part of what somebody wrote: version control, installed packages, caches, the runtime's own folder. */
const NEVER = new Set(
  `.git .hg .svn .jj node_modules bower_components .clawflow __pycache__ .venv .tox .mypy_cache .pytest_cache
  .ruff_cache .gradle .terraform .DS_Store`.split(/\s+/),
);

/** Patterns with more wildcards than this are left out: matching them could take for ever. */
const MAX_WILDCARDS = 10;

/** The rules that hold at the top of the folder, also those of a repository that it is only a part of. */
export function outerRules(root) {
  const above = [];
  for (let at = root; ; at = dirname(at)) {
    above.unshift(at);
    if (existsSync(join(at, ".git"))) break;
    if (dirname(at) === at) return { prefix: "", rules: readRules(root, "") };
  }
  const rules = parseRules(read(join(above[0], ".git", "info", "exclude")), "");
  let prefix = "";
  for (const [index, folder] of above.entries()) {
    if (index > 0) prefix += `${basename(folder)}/`;
    rules.push(...readRules(folder, prefix));
  }
  return { prefix, rules };
}

/** The rules of one folder's own .gitignore; `base` is its path with a `/` at the end, or empty. */
export function readRules(folder, base) {
  return parseRules(read(join(folder, ".gitignore")), base);
}

/** The last rule that matches decides; `path` is relative to where the outermost base begins. */
export function isIgnored(rules, path, isFolder) {
  if (NEVER.has(path.slice(path.lastIndexOf("/") + 1))) return true;
  for (let index = rules.length - 1; index >= 0; index -= 1) {
    const rule = rules[index];
    if (rule.folderOnly && !isFolder) continue;
    if (path.startsWith(rule.base) && rule.pattern.test(path.slice(rule.base.length))) return !rule.negated;
  }
  return false;
}

export function parseRules(text, base) {
  return text.split(/\r?\n/).flatMap((line) => {
    let glob = line.replace(/(?<!\\)\s+$/, "");
    if (glob === "" || glob.startsWith("#")) return [];
    const negated = glob.startsWith("!");
    if (negated) glob = glob.slice(1);
    const folderOnly = glob.endsWith("/");
    if (folderOnly) glob = glob.slice(0, -1);
    const anchored = glob.includes("/");
    if ((glob.match(/\*+/g)?.length ?? 0) > MAX_WILDCARDS) return [];
    const pattern = toPattern(glob.replace(/^\//, ""), anchored);
    return pattern === undefined ? [] : [{ pattern, negated, folderOnly, base }];
  });
}

function toPattern(glob, anchored) {
  const source = glob.replace(/\\.|\[!?[^\]]+\]|\*\*\/|\/\*\*$|\*+|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "/**") return "/.*";
    if (part.startsWith("*")) return part.length > 1 ? ".*" : "[^/]*";
    if (part === "?") return "[^/]";
    if (part.startsWith("[") && part.length > 2) return part.replace(/^\[!/, "[^");
    return part.length === 2 ? part.replace(/^\\(\w)$/, "$1") : `\\${part}`;
  });
  try {
    return new RegExp(`^${anchored ? "" : "(?:.*/)?"}${source}$`);
  } catch {
    return undefined;
  }
}

/** A file that is not there, or may not be read, has no rules. */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
