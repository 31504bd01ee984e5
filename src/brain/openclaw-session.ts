import { folderName } from "../protocol/ids.ts";

/**
 * The session in which an agent does one task: all its questions are put there. A piece that it does itself has a session of its own,
 * for several may be done at once.
 */
export function sessionKeyOf(agent: string, task: string, subtask?: string): string {
  return `agent:${agent}:clawflow:${folderName(subtask === undefined ? task : `${task}.${subtask}`)}`;
}
