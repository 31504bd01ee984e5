import { ClawflowError } from "./errors.ts";
import type { RawTask } from "./raw-task.ts";
import { markOf } from "./sections.ts";

/**
 * Where a person took away one of the two marks of a section, or the heading above them, nobody can tell any more which text is whose: what
 * stands between them could be taken for headings and results. Both marks gone is a text written anew.
 *
 * @throws E_FIELD that names the marks
 */
export function checkMarks(before: RawTask, after: RawTask): void {
  const whole = new Set(after.sections.map((section) => markOf(after.body, section)));
  for (const section of before.sections) {
    const mark = markOf(before.body, section);
    if (mark === undefined || whole.has(mark)) continue;
    const lines = [`<!-- begin ${mark} -->`, `<!-- end ${mark} -->`];
    const left = lines.filter((line) => after.body.includes(line));
    if (left.length === 0) continue;
    throw new ClawflowError("E_FIELD", "a section that lost its heading or one of its marks", {
      at: `${"#".repeat(section.level)} ${section.title}`,
      expected: `the heading, and under it the lines ${lines.join(" and ")} around its text, or neither of them`,
      found: left.length === 2 ? "both lines without their heading" : `only ${left[0]}`,
    });
  }
}
