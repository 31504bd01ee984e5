/** Gives all of it to a worker as the subtask `part`, after `before` and before `after`, and answers with what comes back. */
export default ({ kind, task, results }) => {
  if (kind !== "consider") {
    return Object.entries(results)
      .map(([id, { status, results: text }]) => `${id} ${status}: ${text}`)
      .join("\n");
  }
  const { instructions } = task;
  return {
    subtasks: {
      before: { agent: "worker", description: "say before" },
      part: { agent: "worker", description: "The part", instructions, depends_on: ["before"] },
      after: { agent: "worker", description: "say after", depends_on: ["part"] },
    },
  };
};
