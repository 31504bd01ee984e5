import { execa } from "execa";
import { endProcessGroup, endRestOfGroup } from "../brain/end-process.ts";
import { untilAborted } from "../brain/until-aborted.ts";
import type { Notification } from "../protocol/notify.ts";
import { jsonBody, plainText } from "./json-body.ts";
import type { Delivers } from "./types.ts";

/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE = 300;
const MOST_ENV = 4_000;
const MOST_STDERR = 2_000;

/**
 * Runs a program for each message: the whole of it as JSON on standard input, the main facts in the environment. Nothing that agents
 * wrote is among the arguments, and no shell reads any of it. It has arrived when the program ends with 0.
 *
 * @param cwd the folder of the team file
 */
export function commandDelivery(cwd: string): NonNullable<Delivers["command"]> {
  return ({ command }, notification, signal) =>
    runProgram(command, { cwd, input: `${jsonBody(notification)}\n`, env: factsOf(notification) }, signal);
}

/** One program, in a process group of its own, all of which has ended when this has. @throws what is wrong with how it ended */
export async function runProgram(
  [file = "", ...args]: readonly string[],
  { cwd, input, env }: { cwd: string; input: string; env: Record<string, string> },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const child = execa(file, args, {
    cwd,
    env,
    input,
    detached: true,
    stdout: "ignore",
    buffer: false,
    reject: false,
    cleanup: false,
    windowsHide: true,
  });
  const { pid } = child;
  if (pid === undefined) {
    const { originalMessage, shortMessage } = await child;
    throw new Error(originalMessage ?? shortMessage ?? "the program did not start");
  }
  child.catch(() => {});
  // A program need not read what it is given.
  child.stdin?.on("error", () => {});
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-MOST_STDERR);
  });
  const exited = new Promise<number | string>((resolve) =>
    child.once("exit", (code, name) => resolve(code ?? name ?? "unknown")),
  );
  let exit: number | string;
  try {
    exit = await untilAborted(signal, exited);
  } catch (error) {
    await endProcessGroup(pid, { grace: GRACE });
    throw error;
  } finally {
    child.stdin?.destroy();
    child.stderr?.destroy();
  }
  void endRestOfGroup(pid, GRACE);
  if (exit === 0) return;
  const why = plainText(said, 300);
  throw new Error(`it ended with ${exit}${why === "" ? "" : `: ${why}`}`);
}

/** The facts of a message, as the environment of a command has them. */
export function factsOf(notification: Notification): Record<string, string> {
  const { id, headline, root, events, more = 0 } = notification;
  const [first] = events;
  const facts = {
    ID: id,
    HEADLINE: headline,
    COUNT: String(events.length + more),
    TEST: notification.test === true ? "1" : "",
    ROOT: root,
    KIND: first?.kind ?? "",
    AGENT: first?.agent ?? "",
    TASK: first?.task ?? "",
    SUBTASK: first?.subtask ?? "",
    TITLE: first?.title ?? "",
    TEXT: first?.text ?? "",
    COMMAND: first?.command ?? "",
  };
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [`CLAWFLOW_NOTIFY_${name}`, plainText(value, MOST_ENV)]),
  );
}
