import { ClawflowError, type ErrorCode } from "../protocol/errors.ts";
import { createBook } from "./engine-book.ts";
import { installPrimitives } from "./inside/install.ts";
import { makeLanguage } from "./inside/language.ts";
import type { Setup, ToInside } from "./inside/types.ts";
import { makeValues } from "./inside/values.ts";
import { LANGUAGE } from "./known-names.ts";
import { LARGEST } from "./limits.ts";
import { type EngineCode, type QuickJSHandle, type QuickJs, startQuickJs } from "./quickjs.ts";
import type { Sandbox, SandboxProgram, SandboxSetup, ToSandbox, Turn } from "./sandbox-types.ts";
import { fileOf, placeInScript, type ScriptPlace } from "./script-place.ts";
import type { ScriptError } from "./types.ts";

const MIB = 1024 * 1024;

/**
 * A script in an engine of the thread that calls: it cannot reach out of it, nor take more memory than it may, but while it computes the
 * thread does nothing else, and what it does in native code of the engine is not interrupted. So it belongs into a worker (`worker.ts`).
 * It has no clock but for its limit of computing.
 */
export async function startEngine(setup: SandboxSetup, code?: EngineCode): Promise<Sandbox> {
  const engine = await startQuickJs(setup.limits.memoryBytes, code);
  const programs: SandboxProgram[] = [setup.program];
  const book = createBook(setup, programs);
  let deadline = Number.POSITIVE_INFINITY;
  let isOver = false;
  engine.runtime.setInterruptHandler(() => {
    isOver ||= performance.now() > deadline;
    return isOver;
  });
  const inside = install(engine, setup, (text) => book.take(text));

  return { give: async (message) => turn(() => act(message)), close: async () => {} };

  function act(message: ToSandbox): void {
    switch (message.kind) {
      case "begin":
        begin();
        break;
      case "answer": {
        const answer = book.answer(message);
        if (answer !== undefined) deliver(answer);
        break;
      }
      case "program": {
        programs.push(message.program);
        inside.call("nested", numberOf(message.id), evaluate(message.program));
        break;
      }
      case "no-program":
        deliver(book.noProgram(message));
        break;
    }
  }

  function begin(): void {
    const args = setup.args === undefined ? engine.context.undefined : engine.context.newString(setup.args);
    const budget = engine.context.newString(JSON.stringify(setup.budget));
    inside.call("start", evaluate(setup.program), args, budget);
  }

  function deliver(answer: ToInside): void {
    inside.call("deliver", engine.context.newString(JSON.stringify(answer)));
  }

  function turn(work: () => void): Turn {
    deadline = performance.now() + setup.limits.computeMs;
    try {
      work();
      const jobs = engine.runtime.executePendingJobs();
      if (jobs.error !== undefined) throw new InsideError(engine.context.dump(jobs.error));
    } catch (error) {
      book.end(fatal(error));
    }
    // An async function that is interrupted is one that fails, which its caller may take lightly: it ends all the same.
    const error = book.error();
    if (isOver) book.end(tooLong(setup));
    // When there is no memory for an error either, the engine throws null.
    else if (error !== undefined && /out of memory|^null was thrown/.test(error.message) && engine.isFull())
      book.end({ ...noMemory(setup), ...placeOf(error) });
    return book.endTurn();
  }

  function evaluate(program: SandboxProgram): QuickJSHandle {
    const result = engine.context.evalCode(program.code, fileOf(program));
    if (result.error === undefined) return result.value;
    throw new InsideError(engine.context.dump(result.error));
  }

  function numberOf(value: number): QuickJSHandle {
    return engine.context.newNumber(value);
  }

  /** Why nothing can go on: the engine is not used after that. */
  function fatal(error: unknown): ScriptError {
    const dumped = error instanceof InsideError ? error.dumped : undefined;
    const place = placeInScript(dumped?.stack, programs) ?? {};
    if (isOver) return tooLong(setup);
    const message = String(dumped?.message ?? (error instanceof Error ? error.message : error)).slice(
      0,
      4000,
    );
    if (/out of memory/.test(message) || engine.isFull()) return { ...noMemory(setup), ...place };
    if (error instanceof ClawflowError) return { code: error.code, message: error.message };
    if (dumped === undefined || /call stack|stack overflow/.test(message)) {
      return { code: "E_LIMIT", message: `the script nests its calls too deeply (${message})`, ...place };
    }
    return {
      code: "E_SCRIPT",
      message: `${String(dumped.name ?? "Error").slice(0, 200)}: ${message}`,
      ...place,
    };
  }
}

function noMemory(setup: SandboxSetup): { code: ErrorCode; message: string } {
  return {
    code: "E_LIMIT",
    message: `the script needs more than its ${setup.limits.memoryBytes / MIB} MiB of memory`,
  };
}

function placeOf(error: ScriptError | undefined): Partial<ScriptPlace> {
  const { code: _, message: __, ...place } = error ?? { code: "", message: "" };
  return place;
}

/** Without a place: the engine knows that of the last call alone, and not always that. */
function tooLong(setup: SandboxSetup): ScriptError {
  const seconds = setup.limits.computeMs / 1000;
  return { code: "E_TIMEOUT", message: `${seconds} s of computing without an answer to wait for` };
}

/** Something that was thrown inside where nobody could catch it. */
class InsideError extends Error {
  readonly dumped: { name?: unknown; message?: unknown; stack?: string } | undefined;
  constructor(dumped: unknown) {
    super("thrown inside");
    this.dumped = typeof dumped === "object" && dumped !== null ? dumped : { message: dumped };
  }
}

interface Inside {
  call(name: "start" | "deliver" | "nested", ...given: QuickJSHandle[]): void;
}

function install({ context }: QuickJs, setup: SandboxSetup, take: (text: string) => string): Inside {
  const send = context.newFunction("send", (text) => {
    // Nothing is copied out before it is known how long it is.
    const length = context.getNumber(context.getProp(text, "length"));
    if (!(length <= LARGEST.result + LARGEST.prompt)) return context.newString(tooLarge());
    return context.newString(take(context.getString(text)));
  });
  const given: Setup = { seed: setup.seed, now: setup.now, items: setup.limits.items, keep: LANGUAGE };
  const texts = [makeValues, makeLanguage].map(String).join(", ");
  const source = `((send, setup) => (${installPrimitives})(send, setup, ${texts}))`;
  const installer = context.unwrapResult(context.evalCode(source, "<clawflow>"));
  const handles = context.unwrapResult(
    context.callFunction(installer, context.undefined, send, context.newString(JSON.stringify(given))),
  );
  return {
    call: (name, ...args) => {
      const result = context.callFunction(context.getProp(handles, name), context.undefined, ...args);
      if (result.error !== undefined) throw new InsideError(context.dump(result.error));
      result.value.dispose();
      for (const arg of args) if (arg.alive) arg.dispose();
    },
  };
}

function tooLarge(): string {
  const message = `more than ${LARGEST.result / MIB} MiB at once; let agents write what is large into files, and return where it stands`;
  return JSON.stringify({ kind: "own", name: "LimitError", code: "E_LIMIT", message });
}
