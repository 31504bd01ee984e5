// The report: its sections in their order. The same findings give the same text, so it has no date in it.

import { duplicateSection, duplicates } from "./duplicates.mjs";
import { ranked } from "./findings.mjs";
import { code, plain, section, shown, table } from "./markdown.mjs";
import { dependencySections } from "./report-dependencies.mjs";
import { overview, points } from "./summary.mjs";
import { percent, plural, size, thousands } from "./text.mjs";

/** The findings must be in order. */
export function formatReport(name, findings) {
  const { counts, tallies, lists } = findings;
  const sections = [
    `# Audit of ${plain(name)}\n\n${overview(findings)}\n`,
    section(
      "In short",
      points(findings)
        .map((point) => `- ${point}`)
        .join("\n"),
    ),
    section("Not looked at", missing(lists.missing)),
    section("Likely secrets", secrets(lists.secrets, counts.secrets)),
    section("Links that lead nowhere", links(lists, counts)),
    section("Notes to come back to", markers(lists.markers, counts)),
    section("Languages", languages(tallies.languages)),
    section(
      "Largest files",
      rows("lr", ["file", "size"], lists.largest, ([path, bytes]) => [code(path), size(bytes)]),
    ),
    section(
      "Longest code",
      rows("lrl", ["file", "lines", "language"], lists.longest, ([path, lines, language]) => [
        code(path),
        thousands(lines),
        language,
      ]),
    ),
    section(
      "Most deeply nested code",
      rows("rl", ["levels", "at"], lists.deepest, ([path, depth, line]) => [
        String(depth),
        code(`${path}:${line}`),
      ]),
    ),
    ...dependencySections(lists, counts, tallies),
    duplicateSection(duplicates(findings.twins), findings.twins.floor),
    section(
      "Binary files",
      shown(lists.binaries, counts.binaries),
      rows("lr", ["file", "size"], lists.binaries, ([path, bytes]) => [code(path), size(bytes)]),
    ),
    section("Not read", shown(lists.unread, counts.unread), list(lists.unread)),
    section("Symbolic links that lead nowhere", shown(lists.dangling, counts.dangling), list(lists.dangling)),
    section("How this was made", METHOD),
  ];
  return sections.filter((text) => text !== "").join("\n");
}

function secrets(found, total) {
  if (found.length === 0) return "";
  const warning =
    "Masked here. What was ever committed counts as known to others: replace it, then remove it.";
  const body = rows("lll", ["at", "looks like", "begins"], found, ([path, line, kind, masked]) => [
    code(`${path}:${line}`),
    kind,
    code(masked),
  ]);
  return [warning, shown(found, total), body].filter((text) => text !== "").join("\n\n");
}

function links({ links: found }, counts) {
  if (found.length === 0) return "";
  const head = `${plural(counts.links, "link")} of ${thousands(counts.linksChecked)} within the folder. ${shown(found, counts.links)}`;
  const body = rows("lll", ["at", "link", "why"], found, ([path, line, target, why]) => [
    code(`${path}:${line}`),
    code(target),
    why,
  ]);
  return `${head.trim()}\n\n${body}`;
}

function markers(found, counts) {
  if (found.length === 0) return "";
  const kinds = ["FIXME", "HACK", "XXX", "TODO"].filter((kind) => counts[kind] > 0);
  const head = `${kinds.map((kind) => `${thousands(counts[kind])} × ${kind}`).join(", ")}. ${shown(found, counts.markers)}`;
  const body = rows("lll", ["what", "at", "text"], found, ([path, line, kind, text]) => [
    kind,
    code(`${path}:${line}`),
    plain(text),
  ]);
  return `${head.trim()}\n\n${body}`;
}

function languages(found) {
  const all = ranked(found, 1);
  const total = all.reduce((sum, [, [, lines]]) => sum + lines, 0);
  return rows(
    "lrrrr",
    ["language", "files", "lines", "share", "size"],
    all,
    ([name, [files, lines, bytes]]) => [
      name,
      thousands(files),
      thousands(lines),
      percent(lines, total),
      size(bytes),
    ],
  );
}

function missing(found) {
  return found.map(([area, why]) => `- ${plain(area)}: ${plain(why)}`).join("\n");
}

function list(found) {
  return found.map(([path, why]) => `- ${code(path === "" ? "." : path)}: ${code(why)}`).join("\n");
}

function rows(align, head, items, toRow) {
  return items.length === 0 ? "" : table(align, head, items.map(toRow));
}

const METHOD = `A lead split the folder into areas, surveyors split these into pieces, inspectors read every file of their piece,
and a writer put it together; every message between them is kept. Left out: version control, installed packages and
caches, what \`.gitignore\` names, the workspaces of agents, and this report. Symbolic links are not followed. Nesting is
counted by indentation and braces; notes are looked for in comments; secrets by their shape, so some may be harmless and
some may be missed.`;
