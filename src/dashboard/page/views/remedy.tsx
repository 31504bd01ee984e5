import { performOrTell } from "../actions/perform.ts";
import type { ActRequest } from "../actions/to-act.ts";
import type { Problem } from "./problem-card.tsx";

/** The one thing that would move it, where that needs no thought. */
export function Remedy({ problem }: { problem: Problem }) {
  const remedy = remedyOf(problem);
  if (remedy === undefined) return null;
  const { label, request, said } = remedy;
  return (
    <p>
      <button type="button" onClick={() => void performOrTell(request, said)}>
        {label}
      </button>
    </p>
  );
}

function remedyOf({
  kind,
  agent,
  task_id,
  subtask,
  file,
  command,
}: Problem): { label: string; request: ActRequest; said: string } | undefined {
  const options = { agent };
  if (kind === "dead" && file !== undefined) {
    const name = file.split("/").at(-1) ?? "";
    const request: ActRequest = { command: "dead", body: { words: ["requeue", name], options } };
    return {
      label: "Put it back into the inbox",
      request,
      said: `${name} lies in the inbox of ${agent} again.`,
    };
  }
  if (task_id === undefined) return undefined;
  const name = subtask === undefined ? task_id : `${task_id}/${subtask}`;
  if (kind === "paused") {
    const request: ActRequest = { command: "resume", body: { words: [name], options } };
    return { label: "Go on", request, said: `${name} was told to go on.` };
  }
  // What would move a failed job may be one of its subtasks, also at another agent: the command says which.
  const [, retried] = /^clawflow retry (\S+)$/.exec(command ?? "") ?? [];
  if (kind !== "failed" || retried === undefined) return undefined;
  const isOwn = retried === task_id || retried.startsWith(`${task_id}/`);
  const request: ActRequest = { command: "retry", body: { words: [retried], options: isOwn ? options : {} } };
  return { label: "Do it again", request, said: `${retried} is to be done again: sent.` };
}
