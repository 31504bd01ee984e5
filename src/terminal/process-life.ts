import { EXIT, type ExitCode } from "../cli/exit-code.ts";
import { errorCode } from "../store/disk-error.ts";
import type { Top } from "./run-top.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Where nobody can continue a process it is not stopped, and goes on. Milliseconds. */
const NOT_STOPPED = 100;

/**
 * Whatever ends or stops the process, the terminal is as it was before: a key, a signal, an error that nobody expected, a suspension.
 * What is installed stays: the process ends with the view.
 */
export async function untilLeft(
  start: (suspend: () => void) => Top,
): Promise<{ code: ExitCode; fault?: unknown }> {
  let code: ExitCode = EXIT.done;
  let fault: unknown;
  let isAway = false;
  const top = start(suspend);

  function suspend(): void {
    if (isAway) return;
    isAway = true;
    top.leave();
    process.off("SIGTSTP", suspend);
    // The whole job, as the terminal would: a shell sees that it is stopped.
    process.kill(0, "SIGTSTP");
    setTimeout(() => isAway && goOn(), NOT_STOPPED);
  }
  function goOn(): void {
    isAway = false;
    process.off("SIGTSTP", suspend);
    process.on("SIGTSTP", suspend);
    top.enterAgain();
    // The terminal may have another size by now; this has the streams look.
    process.kill(process.pid, "SIGWINCH");
  }
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      code = EXIT.denied;
      top.end();
    });
  }
  process.on("SIGTSTP", suspend);
  process.on("SIGCONT", goOn);
  process.on("exit", () => top.leave());
  process.on("uncaughtException", (error) => {
    // A terminal that is gone takes nothing any more; there is nobody to tell.
    if (errorCode(error) !== "EIO") fault ??= error;
    else code = EXIT.denied;
    top.end();
  });
  await top.ended;
  return fault === undefined ? { code } : { code, fault };
}
