import fc from "fast-check";
import type { SubtaskEdit, TaskEdit } from "../../src/protocol/edit.ts";
import type { Task } from "../../src/protocol/task.ts";

/** An edit of the task as somebody has it before them; ids are chosen when it is made. */
export type EditMaker = (task: Task) => TaskEdit;

/** One in five. */
const some = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const agents = fc.constantFrom("reader", "writer", "self");
const durations = fc.constantFrom("1m", "10m", "2h");
const texts = fc.constantFrom("This", "That", "### a\n---\nThe other");
const NEW_IDS = ["a", "d", "e", "f"];

const budgets = fc.record({
  tokens: fc.constantFrom(50, 1_000, 100_000),
  tasks: fc.constantFrom(5, 50, 500),
});

const fields = fc.record({
  agent: some(agents),
  description: some(texts),
  instructions: some(fc.option(texts)),
  timeout: some(fc.option(durations)),
  max_attempts: some(fc.constantFrom(1, 3)),
  budget: some(fc.option(fc.record({ tokens: fc.constantFrom(10, 500, 5_000) }))),
  status: some(fc.constantFrom("pending" as const, "done", "cancelled")),
  results: some(texts),
  paused: some(fc.boolean()),
  answer: some(texts),
  own: some(fc.constantFrom({ mood: "good" }, { mood: null })),
});

const subtaskEdit = fc.record({
  fields,
  removed: fc.boolean(),
  isNew: fc.boolean(),
  id: fc.nat(),
  depends_on: some(fc.array(fc.nat(), { maxLength: 2 })),
});

/** Edits of every kind; that some are not legal is part of it. */
export const editMaker: fc.Arbitrary<EditMaker> = fc
  .record({
    whole: fc.record({
      title: some(texts),
      instructions: some(texts),
      notes: some(texts),
      policy: some(
        fc.record({
          on_failure: fc.constantFrom("fail-fast" as const, "continue"),
          concurrency: fc.constantFrom(1, 4),
        }),
      ),
      budget: some(budgets),
      deadline: some(fc.option(durations)),
      paused: some(fc.boolean()),
      approved: some(fc.boolean()),
      answer: some(texts),
      own: some(fc.constantFrom({ mine: 1 }, { mine: null })),
    }),
    ends: fc.oneof(
      { weight: 19, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom("done" as const, "failed", "cancelled") },
    ),
    subtasks: fc.array(subtaskEdit, { maxLength: 3 }),
  })
  .map(({ whole, ends, subtasks }) => (task) => {
    const edit: Record<string, unknown> = defined(whole);
    if (ends !== undefined)
      Object.assign(edit, { status: ends }, ends === "done" ? { output: "By hand" } : {});
    const known = [...task.subtasks.keys()];
    const made: Record<string, SubtaskEdit | null> = {};
    for (const { fields: given, removed, isNew, id, depends_on } of subtasks) {
      const ids = isNew || known.length === 0 ? NEW_IDS : known;
      const name = ids[id % ids.length] as string;
      const others = known.filter((other) => other !== name);
      const wanted = defined(given) as SubtaskEdit;
      if (!known.includes(name) && wanted.agent === undefined) wanted.agent = "reader";
      if (depends_on !== undefined && others.length > 0)
        wanted.depends_on = [...new Set(depends_on.map((n) => others[n % others.length] as string))];
      // Now and then a text that is no result.
      if (wanted.status === "done") wanted.results ??= "By hand";
      else if (id % 7 !== 0) delete wanted.results;
      made[name] = removed && !isNew && id % 3 === 0 ? null : wanted;
    }
    if (Object.keys(made).length > 0) edit.subtasks = made;
    return edit as TaskEdit;
  });

function defined(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
