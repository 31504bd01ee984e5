// The part of the report on what the project depends on, and under which licences.
import { ranked } from "./findings.mjs";
import { code, plain, section, shown, table } from "./markdown.mjs";
import { plural, thousands } from "./text.mjs";

export function dependencySections({ dependencies, licenceFiles }, counts, { licences }) {
  return [
    section("Licences", ownLicences(licenceFiles, counts), lockedTable(licences)),
    section("Dependencies", head(dependencies, counts), dependencyTable(dependencies)),
  ];
}

function ownLicences(files, counts) {
  if (files.length === 0) return "";
  const lines = files.map(([path, licence]) => `- ${code(path)}: ${licence}`);
  return [...lines, shown(files, counts.licenceFiles)].filter((line) => line !== "").join("\n");
}

function lockedTable(licences) {
  const all = ranked(licences);
  if (all.length === 0) return "";
  const body = all.map(([licence, [packages]]) => [plain(licence), thousands(packages)]);
  return `Packages that npm's lock files name, those needed by others included:\n\n${table("lr", ["licence", "packages"], body)}`;
}

function head(dependencies, counts) {
  if (dependencies.length === 0) return "";
  const many = `${plural(counts.dependencies, "dependency", "dependencies")} in ${plural(counts.manifests, "manifest")}.`;
  const unknown = dependencies.some(([, , , found]) => found === "");
  const note = unknown
    ? "What was found, and its licence, is known only of npm packages that are installed or locked."
    : "";
  return `${many} ${note} ${shown(dependencies, counts.dependencies)}`.replace(/ {2,}/g, " ").trim();
}

function dependencyTable(dependencies) {
  if (dependencies.length === 0) return "";
  const body = dependencies.map(([manifest, name, wanted, found, licence, scope]) => [
    code(name),
    wanted === "" ? "" : code(wanted),
    found === "" ? "" : code(found),
    plain(licence),
    plain(scope),
    code(manifest),
  ]);
  return table("llllll", ["name", "wanted", "found", "licence", "for", "in"], body);
}
