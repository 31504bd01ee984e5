// Puts the surveys together, writes the report in one piece, and answers with a summary of it.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { answer, Refusal } from "./lib/brain.mjs";
import { add, inOrder, merge } from "./lib/findings.mjs";
import { parseFindings } from "./lib/letters.mjs";
import { formatReport } from "./lib/report.mjs";
import { parseAssignment } from "./lib/request.mjs";
import { formatSummary } from "./lib/summary.mjs";
import { isScratch } from "./lib/walk.mjs";

await answer({
  consider(question) {
    const { name, report, areas } = parseAssignment(question.task.instructions);
    const surveys = parseFindings(surveyText(question.task));
    const all = merge(name, surveys);
    for (const area of areas) {
      if (!surveys.some((survey) => survey.area === area))
        add(all, "missing", [area, "its survey did not arrive"]);
    }
    const findings = inOrder(all);
    writeWhole(report, formatReport(name, findings));
    return { results: formatSummary(name, findings, report) };
  },
});

/** Results of other subtasks stand in the context; what is too large for it comes as files. */
function surveyText(task) {
  return [task.context, ...(task.attachments ?? []).map(({ path }) => readFileSync(path, "utf8"))].join("\n");
}

/** Whoever looks finds the old report or the new one, never a part of it. */
function writeWhole(path, text) {
  const folder = dirname(path);
  const scratch = join(folder, `.AUDIT.${process.pid}.tmp`);
  try {
    for (const name of readdirSync(folder)) if (isScratch(name) && isLeft(name)) rmSync(join(folder, name));
    writeFileSync(scratch, text);
    renameSync(scratch, path);
  } catch (error) {
    rmSync(scratch, { force: true });
    throw new Refusal(`${path} cannot be written: ${error.message}`);
  }
}

/** Left by a writer that was killed. */
function isLeft(name) {
  try {
    process.kill(Number(name.split(".")[2]), 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}
