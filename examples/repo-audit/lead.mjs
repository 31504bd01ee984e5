// Takes the folder, splits it into areas by weight, lets each be surveyed, and then the report be written.
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { answer, Refusal } from "./lib/brain.mjs";
import { subtaskIds } from "./lib/names.mjs";
import { formatAssignment, inside, parseRequest } from "./lib/request.mjs";
import { label, readPart, split } from "./lib/split.mjs";
import { plural } from "./lib/text.mjs";
import { twinSizes } from "./lib/twins.mjs";
import { filesOf, openFolder } from "./lib/walk.mjs";

await answer({
  consider(question) {
    const request = parseRequest(question);
    const start = whereToBegin(request.folder);
    const skip = reports(start.root, request.report);
    const tree = readTop(start, skip);
    const areas = tree.count === 0 ? [] : split([tree], tree.weight / areaCount(tree)).map(named);
    const ids = subtaskIds(
      "survey",
      areas.map(({ area }) => area),
    );
    const shared = { folder: start.root, skip, load: loadOf(tree), ...twinSizes(filesOf(tree)) };
    const subtasks = Object.fromEntries(areas.map((area, index) => [ids[index], planSurvey(area, shared)]));
    const order = { folder: start.root, name: basename(request.folder) || "/", report: request.report };
    return { subtasks: { ...subtasks, "write-report": planReport(order, areas, ids) } };
  },

  synthesise(question) {
    const report = question.results["write-report"];
    if (report?.status === "done") return { results: report.results };
    const failed = Object.entries(question.results).map(
      ([id, { status, error }]) => `${id}: ${error ?? status}`,
    );
    return { error: `no report was written (${failed.join("; ")})` };
  },
});

/** A single file is audited as a folder that holds nothing else. */
function whereToBegin(path) {
  const name = basename(path);
  try {
    if (statSync(path).isDirectory()) return { root: path, part: { tree: "" } };
    return { root: dirname(path), part: { files: "", from: name, to: name } };
  } catch (error) {
    throw new Refusal(
      error.code === "ENOENT" ? `${path} does not exist` : `${path} cannot be read: ${error.code}`,
    );
  }
}

function readTop({ root, part }, skip) {
  try {
    return readPart(openFolder(root, skip), part);
  } catch (error) {
    throw new Refusal(`${root} cannot be listed: ${error.code}`);
  }
}

/** The report that is to be written, and one of an earlier audit: neither is part of what is audited. */
function reports(root, report) {
  const own = inside(root, report);
  return own === undefined ? earlier(root) : [...new Set([own, ...earlier(root)])];
}

function earlier(root) {
  try {
    return readFileSync(join(root, "AUDIT.md"), "utf8").startsWith("# Audit of ") ? ["AUDIT.md"] : [];
  } catch {
    return [];
  }
}

/** What one inspector should get: about 20 of them for most repositories, never a piece that is not worth the trip. */
function loadOf(tree) {
  return Math.min(1000, Math.max(10, Math.round(tree.weight / 20)));
}

function areaCount(tree) {
  const inspectors = tree.weight / loadOf(tree);
  return Math.min(60, Math.max(2, Math.round(Math.sqrt(inspectors)), Math.ceil(inspectors / 40)));
}

function named({ parts, files }) {
  return { parts, files, area: label(parts) };
}

function planSurvey({ parts, files, area }, { sizes, ...shared }) {
  const here = new Set(files.map((file) => file.bytes));
  const words = `Survey ${area} (${plural(files.length, "file")}): what is there, and what should a maintainer look at?`;
  return {
    agent: "surveyor",
    description: `Survey ${area}: ${plural(files.length, "file")}`,
    instructions: formatAssignment(words, {
      ...shared,
      area,
      parts,
      sizes: sizes.filter((one) => here.has(one)),
    }),
    expected_output: "One line in words, then the findings as one line of JSON in a fence.",
    max_attempts: 2,
  };
}

function planReport(order, areas, ids) {
  return {
    agent: "writer",
    description: `Write the report on ${order.name}`,
    instructions: formatAssignment(
      `Put all surveys together and write ${order.report}. Answer with a summary of ten to twenty lines.`,
      { ...order, areas: areas.map(({ area }) => area) },
    ),
    expected_output: "The summary; the report itself is a file.",
    depends_on: ids,
  };
}
