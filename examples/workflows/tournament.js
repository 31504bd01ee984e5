export const meta = {
  name: "tournament",
  description: "Have several drafts made of the same thing, and let a judge compare them two by two until one is left",
};

const CHOICE = {
  type: "object",
  required: ["better", "why"],
  properties: { better: { enum: ["first", "second"] }, why: { type: "string" } },
};

// args: {task: "…", writers: ["…"], judge: "…"}
phase("drafts");
const texts = await parallel(args.writers.map((writer, index) => () => agent(args.task, { agent: writer, label: `draft ${index + 1}` })));
let left = texts.flatMap((text, index) => (text === null ? [] : [{ number: index + 1, text }]));
if (left.length === 0) throw new Error("there is no draft");
const games = [];
for (let round = 1; left.length > 1; round++) {
  phase(`round ${round}`);
  const pairs = [];
  for (let at = 0; at < left.length; at += 2) pairs.push(left.slice(at, at + 2));
  left = await pipeline(pairs, async ([first, second]) => {
    if (second === undefined) return first;
    const { better, why } = await agent(
      `Which is better for "${args.task}"?\n\nThe first:\n${first.text}\n\nThe second:\n${second.text}`,
      { agent: args.judge, schema: CHOICE, label: `${first.number} against ${second.number}` },
    );
    const [winner, loser] = better === "first" ? [first, second] : [second, first];
    games.push({ winner: winner.number, loser: loser.number, why });
    return winner;
  });
  // A game without a judgement has no winner.
  left = left.filter((one) => one !== null);
  if (left.length === 0) throw new Error("no game of this round could be judged");
}
return { winner: left[0].text, draft: left[0].number, games };
