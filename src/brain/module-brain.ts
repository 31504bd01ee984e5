import { pathToFileURL } from "node:url";
import { ClawflowError } from "../protocol/errors.ts";
import { type BrainFunction, functionBrain } from "./function-brain.ts";
import type { Brain } from "./types.ts";

/**
 * The function that a module exports as `default` or `brain`, imported when it is first asked.
 *
 * Answers `E_BRAIN_MISSING` when the module, or something that it imports, or such an export is not there.
 *
 * @param path Absolute.
 */
export function moduleBrain(path: string): Brain {
  let tries = 0;
  const load = once(() => loadBrain(path, tries++));
  return functionBrain(async (question, context) => (await load())(question, context), path);
}

async function loadBrain(path: string, before: number): Promise<BrainFunction> {
  const module = await importModule(path, before);
  for (const name of ["default", "brain"]) {
    const exported = module[name];
    if (typeof exported === "function") return exported as BrainFunction;
  }
  throw new ClawflowError("E_BRAIN_MISSING", "the module exports no brain", {
    at: path,
    expected: "a function as `default` or `brain`",
    found: Object.keys(module).join(", ") || "no exports",
    hint: "For example: export default ({ task }) => task.instructions.toUpperCase()",
  });
}

async function importModule(path: string, before: number): Promise<Record<string, unknown>> {
  const { href } = pathToFileURL(path);
  try {
    // What came of an address is kept, failures too: another try needs another one.
    return (await import(before === 0 ? href : `${href}?again=${before}`)) as Record<string, unknown>;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new ClawflowError("E_BRAIN_MISSING", error.message, { at: path, cause: error });
  }
}

function isNotFound(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}

/** The first success is kept; a failure is tried again, so that a mended module needs no new host where that can be. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}
