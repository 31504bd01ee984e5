// The audit in a few lines: what `clawflow run` prints, and how the report begins.
import { duplicates } from "./duplicates.mjs";
import { ranked } from "./findings.mjs";
import { code } from "./markdown.mjs";
import { percent, plural, size, thousands } from "./text.mjs";

export function formatSummary(name, findings, report) {
  const lines = points(findings).map((point) => `- ${point}`);
  return `Audit of ${name}: ${overview(findings)}\n\n${lines.join("\n")}\n\nThe whole report: ${report}\n`;
}

export function overview({ counts }) {
  if (!counts.files && !counts.unread) return "There are no files here.";
  return `${plural(counts.files ?? 0, "file")}, ${plural(counts.lines ?? 0, "line")} of text, ${size(counts.bytes ?? 0)}.`;
}

/** What matters most, first what somebody should act on; each a line. */
export function points(findings) {
  const { counts, tallies, lists, twins } = findings;
  if (!counts.files && !counts.unread)
    return ["Nothing to look at, apart from what version control ignores."];
  const all = [
    gap(lists.missing, counts.missing),
    secrets(lists.secrets, counts.secrets),
    links(lists.links, counts),
    markers(lists.markers, counts),
    languages(tallies.languages),
    largest(lists),
    nesting(lists.deepest),
    dependencies(lists, counts),
    licences(tallies.licences),
    twinLine(duplicates(twins)),
    counts.binaries ? `${plural(counts.binaries, "binary file")}, the largest ${place(lists.binaries)}.` : "",
    counts.unread
      ? `${plural(counts.unread, "file or folder", "files or folders")} not read: ${some(lists.unread, counts.unread)}.`
      : "",
    counts.dangling
      ? `${plural(counts.dangling, "symbolic link")} to nowhere: ${some(lists.dangling, counts.dangling)}.`
      : "",
  ];
  return all.filter((point) => point !== "");
}

function gap(missing, total) {
  return total
    ? `${plural(total, "piece")} not looked at: ${missing.slice(0, 3).map(at(0)).join(", ")}.`
    : "";
}

function secrets(found, total) {
  if (!total) return "No likely secrets.";
  return `${plural(total, "likely secret")}: ${spots(found, ([path, line, kind]) => `${kind} at ${code(`${path}:${line}`)}`, total)}.`;
}

function links(found, counts) {
  if (!counts.linksChecked) return "";
  if (!counts.links)
    return `${plural(counts.linksChecked, "link")} within the folder checked: all lead somewhere.`;
  const where = spots(found, ([path, line]) => code(`${path}:${line}`), counts.links);
  return `${plural(counts.links, "link")} of ${thousands(counts.linksChecked)} lead nowhere: ${where}.`;
}

function markers(found, counts) {
  if (!counts.markers) return "No notes to come back to in comments.";
  const kinds = ["FIXME", "HACK", "XXX", "TODO"].filter((kind) => counts[kind] > 0);
  const where = spots(found, ([path, line]) => code(`${path}:${line}`), counts.markers);
  return `Notes to come back to: ${kinds.map((kind) => `${thousands(counts[kind])} × ${kind}`).join(", ")} (${where}).`;
}

function languages(found) {
  const all = ranked(found, 1);
  const total = all.reduce((sum, [, [, lines]]) => sum + lines, 0);
  return all.length === 0
    ? "No text at all."
    : `Written in ${all
        .slice(0, 4)
        .map(([name, [, lines]]) => `${name} (${percent(lines, total)})`)
        .join(", ")}.`;
}

function largest({ largest: [file], longest: [source] }) {
  if (file === undefined) return "";
  const longest =
    source === undefined ? "" : `; the longest code ${code(source[0])} (${plural(source[1], "line")})`;
  return `The largest file is ${code(file[0])} (${size(file[1])})${longest}.`;
}

function nesting([first]) {
  return first === undefined
    ? ""
    : `The deepest code has ${plural(first[1], "level")}: ${code(`${first[0]}:${first[2]}`)}.`;
}

function dependencies({ dependencies: found }, counts) {
  if (!counts.dependencies) return "";
  const open = found.filter(([, , , installed, licence]) => installed !== "" && licence === "").length;
  const unknown = open > 0 ? `; ${open} of them state no licence` : "";
  return `${plural(counts.dependencies, "dependency", "dependencies")} in ${plural(counts.manifests, "manifest")}${unknown}.`;
}

function licences(found) {
  const all = ranked(found);
  const total = all.reduce((sum, [, [packages]]) => sum + packages, 0);
  if (total === 0) return "";
  return `${plural(total, "locked package")}: ${all
    .slice(0, 5)
    .map(([name, [packages]]) => `${packages} × ${name}`)
    .join(", ")}.`;
}

function twinLine({ groups, extra, bytes }) {
  if (groups.length === 0) return "";
  return `${plural(extra, "duplicate file")} (${size(bytes)}): ${groups[0][3].slice(0, 2).map(code).join(" = ")}${groups.length > 1 ? " …" : ""}.`;
}

function place([[path, bytes]]) {
  return `${code(path)} (${size(bytes)})`;
}

function some(found, total) {
  return spots(found, ([path, why]) => `${code(path === "" ? "." : path)} (${why})`, total);
}

function spots(found, format, total) {
  const first = found.slice(0, 3).map(format);
  const rest = total - first.length;
  return rest > 0 ? `${first.join(", ")} and ${thousands(rest)} more` : first.join(", ");
}

function at(index) {
  return (item) => item[index];
}
