import { resolve } from "node:path";
import { ClawflowError } from "../../protocol/errors.ts";
import { folderName } from "../../protocol/ids.ts";
import { resourceOf } from "../../telemetry/otel-settings.ts";
import { otlpTraces } from "../../telemetry/otlp.ts";
import { jobSpans } from "../../telemetry/read-spans.ts";
import { jobFiles } from "../../view/export/job-files.ts";
import { jobMessages } from "../../view/export/job-messages.ts";
import { zipFiles } from "../../view/export/zip-files.ts";
import type { Found } from "../../view/find-task.ts";
import { tasksOfJob } from "../../view/report/job-tasks.ts";
import { readReport } from "../../view/report/report.ts";
import { openRoot, type RootView } from "../../view/root-view.ts";
import { againWith } from "../command-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { findPart } from "../find-part.ts";
import type { Io } from "../io.ts";
import { exportShape } from "../json-shapes.ts";
import { ownVersion } from "../own-version.ts";
import { parseTarget } from "../person-message.ts";
import { type CommonOptions, findPlace } from "../place.ts";
import { jsonText, printJson } from "../print-json.ts";
import { messagesText } from "../render/messages.ts";
import { shownPath } from "../render/path.ts";
import { reportText } from "../render/report.ts";
import { type Written, writeCopies, writeNew } from "../write-export.ts";

export interface ExportOptions extends CommonOptions {
  format?: string;
}

const FORMATS = ["zip", "folder", "md", "otlp"] as const;
type Format = (typeof FORMATS)[number];

/** A whole job, or a part of it, in one place: its files, one document, or its trace. */
export async function exportCommand(
  io: Io,
  id: string,
  to: string | undefined,
  options: ExportOptions,
): Promise<ExitCode> {
  const format = formatOf(to, options.format);
  const place = findPlace(io, options);
  const view = openRoot(place.disk, place.agents);
  const found = findPart(view, parseTarget(id), options.agent);
  const target = to === "-" ? undefined : (to ?? defaultName(format, found));
  const what = { agent: found.agent, task_id: found.task.task_id, format };
  if (target === undefined) {
    const text = textOf(io, view, found, format, options);
    if (options.json === true) printJson(io, exportShape, { ...what, text });
    else io.out(text);
    return EXIT.done;
  }
  const path = resolve(io.cwd, target);
  const written = write(io, view, found, { format, path, options });
  if (options.json === true) printJson(io, exportShape, { ...what, path, ...written });
  else {
    io.out(`${shownPath(io.cwd, path)}\n`);
    io.err(`${written.files} ${written.files === 1 ? "file" : "files"}, ${written.bytes} bytes.\n`);
  }
  return EXIT.done;
}

/** As it is said, or else as the name ends. */
function formatOf(to: string | undefined, given: string | undefined): Format {
  const ending = /\.(zip|md|json)$/i.exec(to ?? ".zip")?.[1]?.toLowerCase();
  const named = ending === "json" ? "otlp" : (ending ?? (to === "-" ? "md" : "folder"));
  const format = FORMATS.find((one) => one === (given ?? named));
  if (format === undefined) {
    throw new ClawflowError("E_USAGE", "not a format", {
      at: "--format",
      expected: FORMATS.join(", "),
      found: JSON.stringify(given),
    });
  }
  if (to === "-" && (format === "zip" || format === "folder"))
    throw new ClawflowError("E_USAGE", `${format} is for a file`, { at: "-", expected: "md or otlp" });
  return format;
}

/** What is text goes to standard output. */
function defaultName(format: Format, { task }: Found): string | undefined {
  const name = folderName(task.task_id);
  return format === "zip" ? `${name}.zip` : format === "folder" ? name : undefined;
}

function write(
  io: Io,
  view: RootView,
  found: Found,
  { format, path, options }: { format: Format; path: string; options: ExportOptions },
): Written {
  const files = () => jobFiles(view, found.task);
  if (format === "folder") return writeCopies(view.disk, files(), path);
  if (format !== "zip") return writeNew(path, [Buffer.from(textOf(io, view, found, format, options))]);
  const listed = [...files()];
  return { ...writeNew(path, zipFiles(view.disk, listed)), files: listed.length };
}

function textOf(io: Io, view: RootView, found: Found, format: Format, options: ExportOptions): string {
  const now = Date.now();
  if (format === "otlp") {
    const spans = jobSpans(view, tasksOfJob(view, found.agent, found.task), now);
    const version = ownVersion();
    const resource = { ...resourceOf(io.env), "service.version": version };
    return `${jsonText(otlpTraces(spans, resource, version))}\n`;
  }
  const report = readReport(view, found.agent, found.task, now);
  const command = ([, ...words]: readonly string[]) => againWith(io, words, options);
  const messages = jobMessages(view.disk, jobFiles(view, found.task));
  return `${reportText(report, { cwd: io.cwd, now, command })}\n${messagesText(messages)}`;
}
