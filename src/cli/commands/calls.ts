import { workspacePaths } from "../../store/layout.ts";
import { findOneTask } from "../../view/find-task.ts";
import { type Call, readCalls } from "../../view/read-calls.ts";
import { openRoot } from "../../view/root-view.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { callsShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace, workspaceOf } from "../place.ts";
import { printJson } from "../print-json.ts";
import { amountsText } from "../render/amounts.ts";
import { type Paint, paintWith } from "../render/paint.ts";
import { plain, plainLine } from "../render/plain.ts";
import { elapsed } from "../render/time.ts";

/** Every question that the agent's brain was asked for a task, what it cost and how it ended. */
export async function callsCommand(io: Io, id: string, options: CommonOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const { agent, task } = findOneTask(openRoot(place.disk, place.agents), id, options.agent);
  const calls = readCalls(place.disk, workspacePaths(workspaceOf(place, agent)), task.task_id);
  if (options.json === true) printJson(io, callsShape, { agent, task_id: task.task_id, calls });
  else if (calls.length === 0) io.out(`The brain of ${plainLine(agent)} was not asked yet.\n`);
  else io.out(`${calls.flatMap((call) => callLines(call, paintWith(io.colour.out))).join("\n")}\n`);
  return EXIT.done;
}

function callLines(call: Call, paint: Paint): string[] {
  const parts = [
    String(call.call).padStart(3),
    (call.kind ?? "").padEnd(10),
    elapsed(call.duration).padStart(7),
    call.outcome,
  ];
  if (!call.taken) parts.push("(late: not taken)");
  if ((call.asked ?? 1) > 1) parts.push(`asked ${call.asked} times`);
  if (call.exit !== undefined && call.exit !== 0) parts.push(`exit ${call.exit}`);
  if (call.used !== undefined) parts.push(amountsText(call.used));
  const lines = [`${parts.map(plain).join("  ")}  ${paint("dim", plainLine(call.command ?? ""))}`];
  if (call.error !== undefined) lines.push(`     ${paint("red", plainLine(call.error, 300))}`);
  if (call.stderr !== undefined)
    lines.push(
      ...plain(call.stderr)
        .trimEnd()
        .split("\n")
        .map((text) => `     | ${text}`),
    );
  return lines;
}
