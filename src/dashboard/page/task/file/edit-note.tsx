import { useStatus } from "../../parts/status-context.ts";

interface EditNoteProps {
  agent: string;
  task: string;
  /** The hash of what was saved here last. */
  saved: string | undefined;
  /** Of what stands in the file. */
  current: string;
}

/** What became of an edit: what of it was not taken, or that it was. */
export function EditNote({ agent, task, saved, current }: EditNoteProps) {
  const status = useStatus().value;
  const problem = status?.problems.find(
    (one) => one.kind === "edit" && one.agent === agent && one.task_id === task,
  );
  if (problem !== undefined) {
    return (
      <div class="error-box" role="alert">
        <p dir="auto">
          <strong>Not taken:</strong> {problem.text}
        </p>
        {problem.file?.endsWith(".problem.md") !== true ? null : (
          <p class="quiet">
            More stands in <code>{problem.file}</code> of {agent}.
          </p>
        )}
      </div>
    );
  }
  if (saved === undefined) return null;
  const isRun = status?.hosts.some(({ agents }) => agents.includes(agent)) ?? true;
  if (saved !== current) return <p role="status">Saved, and the runtime took it.</p>;
  return (
    <p role="status">
      {isRun
        ? "Saved. The host of this agent looks at it within a second."
        : "Saved. No host runs this agent: the next one takes it before it does anything else."}
    </p>
  );
}
