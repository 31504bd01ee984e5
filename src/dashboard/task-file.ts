import type { Context } from "hono";
import { z } from "zod";
import { type Place, workspaceOf } from "../cli/place.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { readTaskText, saveTaskText } from "../store/save-task-text.ts";
import type { Saved, TaskFile } from "./api-types.ts";
import { readJson } from "./read-json.ts";

/** Bytes of a request: task.md itself is much smaller, its results stand in files of their own when they are large. */
const MOST = 8 * 1024 * 1024;

const fileShape = z.strictObject({ text: z.string(), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** @throws ClawflowError */
export function readTaskFile(c: Context, place: Place, agent: string, task: string): Response {
  const file: TaskFile = readTaskText(place.disk, workspaceOf(place, agent), task);
  return c.json(file);
}

/** @throws ClawflowError */
export async function saveTaskFile(c: Context, place: Place, agent: string, task: string): Promise<Response> {
  const file = await readJson(c, fileShape, MOST);
  // An editor never saves nothing: who empties it by a slip of the hand would lose what was there.
  if (file.text.trim() === "") throw new ClawflowError("E_USAGE", "there is no text", { at: "text" });
  const saved = await saveTaskText(place.disk, workspaceOf(place, agent), task, file);
  if ("found" in saved) return c.json(saved.found satisfies TaskFile, 409);
  return c.json({ hash: saved.saved } satisfies Saved);
}
