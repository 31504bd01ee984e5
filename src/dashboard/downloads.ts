import type { Context } from "hono";
import { knownAgent, type Place } from "../cli/place.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { folderName } from "../protocol/ids.ts";
import { readAnswer } from "../view/answer.ts";
import { jobFiles } from "../view/export/job-files.ts";
import { findOneTask } from "../view/find-task.ts";
import { openRoot } from "../view/root-view.ts";
import { refuse, statusOf } from "./refuse.ts";
import { failureOf, runCommand } from "./words.ts";
import { zipStream } from "./zip-stream.ts";

/** The text of the answer; with `?file=<n>` the n-th file that came with it, from 0 on. @throws ClawflowError */
export function downloadAnswer(c: Context, place: Place, agent: string, id: string): Response {
  const { view, task } = findTask(place, agent, id);
  const answer = readAnswer(view, agent, task);
  if (answer === undefined) throw new ClawflowError("E_STATE", "it has no answer yet", { at: task.task_id });
  const number = c.req.query("file");
  if (number === undefined) {
    const text = answer.output === "" ? (answer.error ?? "") : answer.output;
    return attachment(c, text, "text/markdown; charset=utf-8", `${folderName(task.task_id)}-answer.md`);
  }
  const file = /^\d{1,4}$/.test(number) ? answer.files[Number(number)] : undefined;
  if (file === undefined) throw new ClawflowError("E_NOT_FOUND", "no such file came with the answer");
  const bytes = new Uint8Array(place.disk.read(file.path));
  return attachment(c, bytes, "application/octet-stream", file.name);
}

/** The report as Markdown, as the command prints it. @throws ClawflowError */
export async function downloadReport(c: Context, place: Place, agent: string, id: string): Promise<Response> {
  const { task } = findTask(place, agent, id);
  const run = await runCommand(place, "report", [task.task_id], { agent }, { json: false });
  const error = failureOf(run);
  if (error !== undefined) return refuse(c, statusOf(error.code), error.code, error.message, error.hint);
  return attachment(c, run.out, "text/markdown; charset=utf-8", `${folderName(task.task_id)}-report.md`);
}

/** All files of the task and of what is below it, as a zip. @throws ClawflowError */
export function downloadRun(c: Context, place: Place, agent: string, id: string): Response {
  const { view, task } = findTask(place, agent, id);
  const stream = zipStream(place.disk, jobFiles(view, task));
  return attachment(c, stream, "application/zip", `${folderName(task.task_id)}.zip`);
}

function findTask(place: Place, agent: string, id: string) {
  const view = openRoot(place.disk, place.agents);
  return { view, task: findOneTask(view, id, knownAgent(place, agent)).task };
}

/** Saved to disk and never shown: what agents wrote is no page of this server. */
function attachment(
  c: Context,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream,
  type: string,
  name: string,
): Response {
  return c.body(body, 200, { "content-type": type, "content-disposition": disposition(name) });
}

/** A name for every browser, and the whole one for those that know how; nothing of it can end the header or lead to a folder. */
export function disposition(name: string): string {
  const plain = name.replaceAll(/[^\w. -]/g, "_").replace(/^\.+/, "_");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  const clean = name.toWellFormed().replaceAll(/[\u0000-\u001f\u007f/\\]/g, "_");
  const whole = encodeURIComponent(clean).replaceAll(
    /['()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain.slice(0, 150)}"; filename*=UTF-8''${whole}`;
}
