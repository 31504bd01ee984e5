// What every agent of this team begins with: one question in, one answer out.

/** What a person can put right: answered as an error in their words, without a stack. */
export class Refusal extends Error {}

/**
 * Reads the question on standard input and prints the answer of the handler for its kind. A handler returns
 * `{results}`, `{subtasks, policy?}` or `{error, partial?}`. Any other exception ends the process with a stack on
 * standard error: the runtime takes that as a failed call.
 */
export async function answer(handlers) {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) text += chunk;
  const question = JSON.parse(text);
  process.stdout.write(`${JSON.stringify(respond(question, handlers))}\n`);
}

function respond(question, handlers) {
  const handler = handlers[question.kind];
  if (handler === undefined)
    return { error: `this agent has no answer to a question of kind ${question.kind}` };
  // The same program would give the same plan again: better to say why it was refused.
  if (question.problem !== undefined && question.kind === "consider") {
    return { error: `the plan was refused: ${question.problem}` };
  }
  try {
    return handler(question);
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message };
    throw error;
  }
}
