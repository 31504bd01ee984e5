import { join } from "node:path";
import { z } from "zod";
import { amountsSchema } from "../protocol/amounts.ts";
import type { ReadDisk } from "../store/disk.ts";
import { taskFolder, type WorkspacePaths } from "../store/layout.ts";
import { listNames, readText } from "./read-text.ts";

/** The record of one question to a brain: `calls/<n>.json`. */
export const callSchema = z.object({
  question: z.string(),
  kind: z.enum(["consider", "subtask", "synthesise", "script"]).optional(),
  asked: z.number().optional(),
  /** Whether the answer was taken, or came when the question was no longer open. */
  taken: z.boolean(),
  ended_at: z.string(),
  /** Milliseconds. */
  duration: z.number(),
  outcome: z.enum(["results", "plan", "ask", "error"]),
  exit: z.union([z.number(), z.string()]).optional(),
  stderr: z.string().optional(),
  command: z.string().optional(),
  used: amountsSchema.optional(),
  error: z.string().optional(),
});
export type Call = z.infer<typeof callSchema> & { call: number };

/** The calls of a task in the order in which they ended; what is no record is passed over. */
export function readCalls(disk: ReadDisk, paths: WorkspacePaths, taskId: string): Call[] {
  return readCallsIn(disk, join(taskFolder(paths, taskId), "calls"));
}

/** @param folder of calls, absolute */
export function readCallsIn(disk: ReadDisk, folder: string): Call[] {
  const calls = listNames(disk, folder).flatMap((name) => {
    const number = /^(\d+)\.json$/.exec(name)?.[1];
    const call = number === undefined ? undefined : parseCall(readText(disk, join(folder, name)));
    return call === undefined ? [] : [{ ...call, call: Number(number) }];
  });
  return calls.sort((a, b) => a.call - b.call);
}

function parseCall(text: string | undefined): z.infer<typeof callSchema> | undefined {
  try {
    return callSchema.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}
