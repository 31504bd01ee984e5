const LONGEST = 10_000;

/** Says what it was asked, as JSON; of a long text the beginning. */
export default ({ task }) => {
  const { title, instructions, context, expected_output, attempt } = task;
  const texts = Object.entries({ title, instructions, context, expected_output });
  const cut = Object.fromEntries(texts.map(([key, text]) => [key, text.slice(0, LONGEST)]));
  return JSON.stringify({ ...cut, attempt });
};
