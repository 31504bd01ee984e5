// Checks that no committed file names this machine, a package registry's host, or papers that are not part of the project.
// `node scripts/check-text.mjs [folder]`
import { execFileSync } from "node:child_process";
import { lstatSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), ".."));

/** None of these expressions matches its own text. */
const FORBIDDEN = [
  [
    /\b(?:registry|nexus|artifactory|verdaccio|mirror)[\w-]*\.[\w.-]*\b(?:org|com|net|io|dev|local|internal)\b/i,
    "the host of a package registry",
  ],
  [/"resolved": "https?:/, "where a package was fetched from; .npmrc keeps it out of a lock file"],
  [/(?<![\w.~-])\/(?:root|work)\/[\w.-]/, "an absolute path of one machine"],
  [/\b(?:kernel|hazards)[.]md\b/i, "a paper that is not part of the project"],
];
const HERE = [root, homedir()].filter((path) => path.split("/").length > 2 && !path.startsWith("/tmp/"));

const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter(Boolean);
let problems = 0;
for (const file of files) checkFile(file);
console.log(`${files.length} files, ${problems} ${problems === 1 ? "problem" : "problems"}`);
if (problems > 0) process.exitCode = 1;

function checkFile(file) {
  const path = join(root, file);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) return;
  const text = readFileSync(path, "utf8");
  if (text.includes("\0")) return;
  for (const [index, line] of text.split("\n").entries()) {
    for (const [pattern, what] of FORBIDDEN) {
      const found = line.match(pattern);
      if (found !== null) complain(file, index, `${what}: ${found[0]}`);
    }
    for (const path of HERE)
      if (line.includes(path)) complain(file, index, `an absolute path of this machine: ${path}`);
  }
}

function complain(file, index, message) {
  problems++;
  console.error(`${file}:${index + 1}: ${message}`);
}
