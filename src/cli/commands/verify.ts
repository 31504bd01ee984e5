import { setTimeout as pause } from "node:timers/promises";
import type { Finding, Verification } from "../../view/verify/finding.ts";
import { verify } from "../../view/verify/verify-root.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { verifyShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace, type Place } from "../place.ts";
import { printJson } from "../print-json.ts";
import { isHosted } from "../put-message.ts";
import { paintWith } from "../render/paint.ts";
import { plain, plainLine } from "../render/plain.ts";

/** So long a running host may take to bring into the files what it has decided. */
const LOOK_AGAIN = 1_500;

/** Checks what the files of the root must show. While a host runs, only what is wrong twice in a row is told. */
export async function verifyCommand(io: Io, options: CommonOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const verification = await verifyAtRest(place);
  if (options.json === true) printJson(io, verifyShape, verification);
  else report(io, verification);
  return verification.findings.length === 0 ? EXIT.done : EXIT.failed;
}

async function verifyAtRest(place: Place): Promise<Verification> {
  const limits = place.team === undefined ? {} : { depth: place.team.limits.depth };
  const first = verify(place.disk, place.agents, limits);
  const isRunning = [...place.agents.keys()].some((agent) => isHosted(place, agent));
  if (first.findings.length === 0 || !isRunning) return first;
  await pause(LOOK_AGAIN);
  const before = new Set(first.findings.map(keyOf));
  const second = verify(place.disk, place.agents, limits);
  return { ...second, findings: second.findings.filter((finding) => before.has(keyOf(finding))) };
}

function keyOf({ check, agent, file, task_id, text }: Finding): string {
  return JSON.stringify([check, agent, file, task_id, text]);
}

function report(io: Io, { findings, checked, notes }: Verification): void {
  const paint = paintWith(io.colour.out);
  for (const { check, agent, file, task_id, text } of findings) {
    const where = [agent, task_id ?? "", file ?? ""]
      .filter((part) => part !== "")
      .map((part) => plainLine(part));
    io.out(`${paint("red", check)}  ${where.join("  ")}\n  ${plain(text)}\n`);
  }
  for (const [check, count] of Object.entries(checked)) io.out(`${check.padEnd(14)}${count} checked\n`);
  for (const note of notes) io.err(`Note: ${plainLine(note)}\n`);
  const verdict =
    findings.length === 0
      ? paint("green", "Nothing is wrong.")
      : paint("red", `${findings.length} findings.`);
  io.out(`${verdict}\n`);
}
