import { refuseToBrains } from "../cli/brain-caller.ts";
import { EXIT, type ExitCode } from "../cli/exit-code.ts";
import type { Io } from "../cli/io.ts";
import { type CommonOptions, findPlace } from "../cli/place.ts";
import { registerWorkflows } from "../cli/register/workflows.ts";
import { reportError } from "../cli/report-error.ts";
import { runWords, type WordsRun } from "../cli/run-words.ts";
import { watchRoot } from "../cli/watch-root.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import { untilLeft } from "./process-life.ts";
import { runTop, type TopParts } from "./run-top.ts";
import { processTty } from "./tty.ts";

/** What goes on, in a terminal, and keys to act on it. @throws E_USAGE where there is none; E_NOT_FOUND, E_NOT_YOURS */
export async function topCommand(io: Io, options: CommonOptions): Promise<ExitCode> {
  checkTerminal(io, options);
  refuseToBrains(io, findPlace(io, options), "top");
  const only = options.agent === undefined ? [] : ["--agent", options.agent];
  async function run(words: readonly string[], input?: string): Promise<WordsRun> {
    try {
      const place = findPlace(io, options);
      const isStatus = words.join(" ") === "status --json";
      const embedded = { program: "clawflow", start: "clawflow up", place };
      return await runWords(isStatus ? [...words, ...only] : words, embedded, () => true, input, [
        ["act", registerWorkflows],
      ]);
    } catch (error) {
      // The team file or the root is being changed, or gone: it is told, and may be back at the next look.
      return { code: EXIT.failed, out: "", err: errorText(error) };
    }
  }
  const parts: Omit<TopParts, "suspend"> = {
    tty: processTty(),
    colour: io.colour.out,
    run,
    watch: (changed) => watchRoot(() => findPlace(io, options), changed),
  };
  const { code, fault } = await untilLeft((suspend) => runTop({ ...parts, suspend }));
  return fault === undefined ? code : reportError(io, fault, false);
}

function checkTerminal(io: Io, { json }: CommonOptions): void {
  const isTerminal = io.embedded === undefined && io.terminal.out && process.stdin.isTTY === true;
  if (isTerminal && json !== true) return;
  throw new ClawflowError("E_USAGE", "top draws on a terminal", {
    found: json === true ? "--json" : io.env.TERM === "dumb" ? "TERM=dumb" : "no terminal",
    hint: "The same as text: clawflow status, clawflow tree, clawflow why; each takes --json.",
  });
}
