// Surveys one area. A small one it looks at itself; a larger one goes to inspectors, and their findings become one.
import { answer } from "./lib/brain.mjs";
import { add, merge } from "./lib/findings.mjs";
import { inspect } from "./lib/inspect.mjs";
import { formatFindings, parseFindings } from "./lib/letters.mjs";
import { subtaskIds } from "./lib/names.mjs";
import { formatAssignment, parseAssignment } from "./lib/request.mjs";
import { label, readPart, split } from "./lib/split.mjs";
import { plural, shorten } from "./lib/text.mjs";
import { openFolder } from "./lib/walk.mjs";

/** So much more than one load an area may be and still is not split. */
const PATIENCE = 1.5;

await answer({
  consider(question) {
    const assignment = parseAssignment(question.task.instructions);
    const folder = openFolder(assignment.folder, assignment.skip);
    const trees = assignment.parts.map((part) => readPart(folder, part));
    const weight = trees.reduce((total, tree) => total + tree.weight, 0);
    const { load = 50 } = assignment;
    if (weight <= load * PATIENCE) return { results: formatFindings(inspect(assignment)) };
    return { subtasks: planInspections(assignment, split(trees, load)), policy: { on_failure: "continue" } };
  },

  synthesise(question) {
    const { area } = parseAssignment(question.task.instructions);
    const results = Object.entries(question.results);
    const findings = merge(
      area,
      results.flatMap(([, result]) => parseFindings(result.results ?? "")),
    );
    for (const [id, result] of results) {
      if (result.status !== "done")
        add(findings, "missing", [id, shorten(result.error ?? result.status, 200)]);
    }
    if (results.every(([, result]) => result.status !== "done"))
      return { error: `no piece of ${area} was looked at` };
    return { results: formatFindings(findings) };
  },
});

function planInspections(assignment, groups) {
  const { folder, skip, floor, sizes } = assignment;
  const labels = groups.map(({ parts }) => label(parts));
  const ids = subtaskIds("inspect", labels, assignment.area);
  return Object.fromEntries(
    groups.map(({ parts, files }, index) => {
      const here = new Set(files.map((file) => file.bytes));
      const piece = {
        folder,
        skip,
        area: labels[index],
        parts,
        floor,
        sizes: sizes?.filter((one) => here.has(one)),
      };
      const description = `Inspect ${labels[index]}: ${plural(files.length, "file")}`;
      const words = `Read every file of ${labels[index]} (${plural(files.length, "file")}) and say what you found.`;
      return [
        ids[index],
        {
          agent: "inspector",
          description,
          instructions: formatAssignment(words, piece),
          expected_output: "One line in words, then the findings as one line of JSON in a fence.",
          max_attempts: 2,
        },
      ];
    }),
  );
}
