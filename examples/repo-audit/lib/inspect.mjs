// What one looks for in a file, in the order of this function. Everything found goes into the findings.
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { isManifest, readDependencies } from "./dependencies.mjs";
import { add, count, emptyFindings, tally } from "./findings.mjs";
import { languageOf } from "./languages.mjs";
import { licenceName, lockedLicences } from "./licences.mjs";
import { checkLinks } from "./links.mjs";
import { findMarkers } from "./markers.mjs";
import { deepest } from "./nesting.mjs";
import { findSecrets } from "./secrets.mjs";
import { readPart } from "./split.mjs";
import { size } from "./text.mjs";
import { addTwin, SMALLEST_TWIN } from "./twins.mjs";
import { filesOf, openFolder } from "./walk.mjs";

/** Larger files are counted and named, not read. */
const LARGEST_READ = 16 << 20;
const DETECTION_BYTES = 8_000;

/** Looks at every file of the parts of an assignment. */
export function inspect(assignment) {
  const folder = openFolder(assignment.folder, assignment.skip);
  const findings = emptyFindings(assignment.area);
  const sizes = assignment.sizes === undefined ? undefined : new Set(assignment.sizes);
  if (assignment.floor !== undefined) findings.twins.floor = [assignment.floor, ""];
  for (const part of assignment.parts) {
    for (const file of filesOf(readPart(folder, part))) inspectEntry(folder.root, file, sizes, findings);
  }
  return findings;
}

function inspectEntry(root, file, sizes, findings) {
  if (file.kind === "link") return inspectLink(root, file, findings);
  if (file.kind !== "file") return add(findings, "unread", [file.path, file.reason ?? "not a regular file"]);
  count(findings, "files");
  count(findings, "bytes", file.bytes);
  add(findings, "largest", [file.path, file.bytes]);
  if (file.bytes > LARGEST_READ)
    return add(findings, "unread", [file.path, `larger than ${size(LARGEST_READ)}`]);
  const content = read(root, file, findings);
  if (content === undefined) return undefined;
  if (file.bytes >= SMALLEST_TWIN && (sizes === undefined || sizes.has(file.bytes))) {
    addTwin(findings.twins, file.path, file.bytes, content);
  }
  if (isBinary(content)) return add(findings, "binaries", [file.path, file.bytes]);
  return inspectText(root, file, content.toString("utf8"), findings);
}

function inspectText(root, { path, name, bytes }, text, findings) {
  const language = languageOf(name, text);
  const lines = countLines(text);
  const generated = language.name === "Lock file" || (lines > 0 && bytes / lines > 500);
  count(findings, "lines", lines);
  tally(findings, "languages", language.name, [1, lines, bytes]);
  if (language.kind === "code" && !generated) {
    add(findings, "longest", [path, lines, language.name]);
    const { depth, line } = deepest(text, language);
    if (depth > 0) add(findings, "deepest", [path, depth, line]);
  }
  if (!generated) {
    for (const { line, marker, text: note } of findMarkers(text, language)) {
      count(findings, marker);
      add(findings, "markers", [path, line, marker, note]);
    }
  }
  const how = { quoted: language.kind !== "data" || language.name === "JSON", named: !generated };
  for (const { line, kind, masked } of findSecrets(text, how))
    add(findings, "secrets", [path, line, kind, masked]);
  if (language.name === "Markdown") {
    const { checked, broken } = checkLinks(root, path, text);
    count(findings, "linksChecked", checked);
    for (const { line, target, why } of broken) add(findings, "links", [path, line, target, why]);
  }
  if (isManifest(name)) {
    count(findings, "manifests");
    for (const item of readDependencies(root, path, name, text)) add(findings, "dependencies", item);
  }
  if (name === "package-lock.json") {
    for (const [licence, number] of lockedLicences(text)) tally(findings, "licences", licence, [number]);
  }
  if (language.kind === "text" && /^(?:un)?licen[cs]e|^copying/i.test(name)) {
    add(findings, "licenceFiles", [path, licenceName(text)]);
  }
}

function inspectLink(root, { path }, findings) {
  count(findings, "symlinks");
  const full = join(root, path);
  try {
    statSync(full);
  } catch {
    add(findings, "dangling", [path, readlinkSync(full)]);
  }
}

function read(root, { path }, findings) {
  try {
    return readFileSync(join(root, path));
  } catch (error) {
    add(findings, "unread", [path, error.code]);
    return undefined;
  }
}

function isBinary(content) {
  return content.subarray(0, DETECTION_BYTES).includes(0);
}

function countLines(text) {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return text === "" || text.endsWith("\n") ? lines : lines + 1;
}
