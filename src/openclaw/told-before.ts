import { heardIn } from "./heard.ts";
import { readTranscript } from "./transcript.ts";
import type { SubagentRuntime } from "./types.ts";

/**
 * After a restart OpenClaw takes up a turn that was cut off, some seconds later, and notes it if that fails. Milliseconds between looks, and
 * looks until nothing more is to come: of a turn that was answered, and of one that was not.
 */
const LOOK = 3_000;
const LOOKS = { answered: 10, open: 20 };

/**
 * Whether a chat was told before this process began, by a turn of which it did not see the end. It is to be told again where that turn was
 * cut off before what the agent said of it could reach anybody.
 *
 * @param id what the text is marked with
 * @returns "told", or how often it stands in the session all the same
 */
export async function toldBefore(
  subagent: Pick<SubagentRuntime, "getSessionMessages" | "waitForRun">,
  { id, chat }: { id: string; chat: string },
  pause: (milliseconds: number) => Promise<void>,
): Promise<number | "told"> {
  for (let looks = 0; ; looks++) {
    const heard = heardIn(await readTranscript(subagent, chat), id);
    if (heard.as === "nothing" || heard.as === "failed") return heard.times;
    if (heard.run !== undefined && (await hasEndedWell(subagent, heard.run))) return "told";
    if (looks >= LOOKS[heard.as]) return heard.as === "answered" ? "told" : heard.times;
    await pause(LOOK);
  }
}

/** Of a run that this process of the gateway knows. */
async function hasEndedWell(subagent: Pick<SubagentRuntime, "waitForRun">, runId: string): Promise<boolean> {
  try {
    return (await subagent.waitForRun({ runId, timeoutMs: LOOK })).status === "ok";
  } catch {
    return false;
  }
}
