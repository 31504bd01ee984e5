import { ClawflowError, errorText } from "../protocol/errors.ts";
import type { Outcome } from "../protocol/outcome.ts";
import type { BrainAnswer, BrainQuestion } from "../protocol/question.ts";
import type { Attachment } from "../protocol/task.ts";
import { wellFormedValue } from "../protocol/well-formed.ts";
import { diskError } from "../store/disk-error.ts";
import type { Workspace } from "../store/workspace.ts";

const SHOWN_OF_LARGE = 64 * 1024;

/**
 * What a brain gave, made fit for a message: its files become attachments, and results that no message could hold become one
 * too, of which the beginning stays as the text. Files that came with the question go on under the names that they had.
 */
export async function packAnswer(
  workspace: Workspace,
  given: BrainAnswer,
  resultBytes: number,
  question?: BrainQuestion,
): Promise<{ answer: BrainAnswer; attachments: Attachment[] }> {
  const outcome = wellFormedValue(given.outcome, "E_BRAIN_OUTPUT") as Outcome;
  const answer = { ...given, outcome };
  const attachments: Attachment[] = [];
  try {
    const files = question === undefined ? new Map<string, Attachment>() : givenFiles(question);
    for (const path of answer.outcome.files ?? [])
      attachments.push(files.get(path) ?? (await workspace.putBlob(path)));
  } catch (error) {
    return { answer: { ...answer, outcome: notStored(error) }, attachments: [] };
  }
  if (!("results" in outcome) || Buffer.byteLength(outcome.results) <= resultBytes)
    return { answer, attachments };
  let whole: Attachment;
  try {
    whole = await workspace.putBlobText("results.md", outcome.results);
  } catch (error) {
    return { answer: { ...answer, outcome: notStored(error) }, attachments: [] };
  }
  const shown = `${outcome.results.slice(0, SHOWN_OF_LARGE)}\n\n(${whole.bytes} bytes in all, in the attachment ${whole.name})`;
  return {
    answer: { ...answer, outcome: { ...outcome, results: shown } },
    attachments: [...attachments, whole],
  };
}

/** A path that names no file is the brain's mistake; a disk that is full or fails is not, and the question is put again. */
function notStored(error: unknown): Extract<Outcome, { error: string }> {
  const text = errorText(diskError(error, "the brain's files could not be stored"));
  return error instanceof ClawflowError ? { error: text } : { error: text, passing: true };
}

function givenFiles({ task, results = {} }: BrainQuestion): Map<string, Attachment> {
  const files = [task, ...Object.values(results)].flatMap(({ attachments = [] }) => attachments);
  return new Map(files.map(({ path, ...file }) => [path, file]));
}
