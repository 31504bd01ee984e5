import { block } from "./block.ts";
import type { ShownTask } from "./facts.ts";
import type { Row } from "./rows.ts";

/** The texts of a task: what a person is asked first, then what came of it, then what was to be done. */
export function textRows(shown: ShownTask, screen: number): Row[] {
  const { title, waiting, error = "", text, subtasks } = shown;
  return [
    ...block(title || shown.task_id, shown.agent, screen),
    ...(waiting === undefined ? [] : block(`Waits for ${waiting.for}`, waiting.text, screen)),
    ...block("Answer", text.output, screen),
    ...block("Error", error, screen),
    ...block("Partial results", text.partial, screen),
    ...block("Instructions", text.instructions, screen),
    ...block("Context", text.context, screen),
    ...block("Expected output", text.expected_output, screen),
    ...block("Notes", text.notes, screen),
    ...subtasks.flatMap(
      ({ subtask, agent, status, waiting: asks, description = "", results, error: fault }) => [
        ...block(
          `${subtask} (${agent}, ${status})`,
          [asks?.text, fault, results].filter(Boolean).join("\n\n") || description,
          screen,
        ),
      ],
    ),
  ];
}
