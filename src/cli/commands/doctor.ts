import { setTimeout as pause } from "node:timers/promises";
import { hostDirectory } from "../../host/create-host.ts";
import { ClawflowError } from "../../protocol/errors.ts";
import { nodeProcess } from "../../store/process-identity.ts";
import { type Examination, examine } from "../../view/doctor/examine.ts";
import type { Finding } from "../../view/doctor/finding.ts";
import { adoptRefused } from "../adopt-refused.ts";
import { refuseToBrains } from "../brain-caller.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { doctorShape } from "../json-shapes.ts";
import { mendFindings } from "../mend-findings.ts";
import { type CommonOptions, findPlace, knownAgent, type Place } from "../place.ts";
import { printJson } from "../print-json.ts";
import { drawExamination } from "../render/doctor.ts";
import { paintWith } from "../render/paint.ts";

export interface DoctorOptions extends CommonOptions {
  fix?: boolean;
  moved?: boolean;
  copied?: boolean;
}

/** So long a running host may take until what it has in motion looks as it should. */
const LOOK_AGAIN = 1_500;

/** Finds what is not as a host would leave it, and with `--fix` mends it. */
export async function doctorCommand(
  io: Io,
  given: string | undefined,
  options: DoctorOptions,
): Promise<ExitCode> {
  const { fix = false, moved = false, copied = false } = options;
  if (Number(fix) + Number(moved) + Number(copied) > 1) throw oneOnly();
  const place = findPlace(io, options);
  const agent = given ?? options.agent;
  if (agent !== undefined) knownAgent(place, agent);
  if (fix || moved || copied) refuseToBrains(io, place, "doctor");
  if (moved || copied)
    return await adoptRefused(io, place, agent, moved ? "moved" : "copied", options.json === true);
  const look = () => examinePlace(place, agent);
  const before = await lookAtRest(look);
  if (fix && before.findings.some(({ mends }) => mends !== undefined))
    await mendFindings(place, look, Date.now());
  const { hosts, findings } = fix ? await lookAtRest(look) : before;
  const left = new Set(findings.map(keyOf));
  const fixed = fix ? before.findings.filter((finding) => !left.has(keyOf(finding))) : [];
  if (options.json === true) {
    printJson(io, doctorShape, {
      root: place.root,
      hosts: hosts.map(({ pid, state, stopped, agents }) => ({
        pid,
        state,
        ...(stopped ? { stopped } : {}),
        agents,
      })),
      findings: findings.map(printable),
      fixed: fixed.map(printable),
    });
  } else io.out(drawExamination({ hosts, findings, fixed }, paintWith(io.colour.out)));
  return findings.some((finding) => finding.fix !== undefined || finding.todo !== undefined)
    ? EXIT.failed
    : EXIT.done;
}

function examinePlace({ disk, root, agents }: Place, agent: string | undefined): Examination {
  const chosen = agent === undefined ? agents : new Map([...agents].filter(([id]) => id === agent));
  return examine(disk, chosen, {
    process: nodeProcess(disk),
    now: Date.now(),
    hostDirectory: hostDirectory(root, {}),
  });
}

/** While a host runs, only what is found twice in a row is told. */
async function lookAtRest(look: () => Examination): Promise<Examination> {
  const first = look();
  if (first.hosts.length === 0 || first.findings.length === 0) return first;
  await pause(LOOK_AGAIN);
  const before = new Set(first.findings.map(keyOf));
  const second = look();
  return { ...second, findings: second.findings.filter((finding) => before.has(keyOf(finding))) };
}

function keyOf({ kind, agent, path }: Finding): string {
  return JSON.stringify([kind, agent, path]);
}

function printable({ mends: _, ...finding }: Finding): Omit<Finding, "mends"> {
  return finding;
}

function oneOnly(): ClawflowError {
  return new ClawflowError("E_USAGE", "one at a time", {
    expected: "--fix, or --moved (the original is gone), or --copied (it is still in use)",
  });
}
