export const meta = {
  name: "majority",
  description: "Keep the claims that a majority of sceptics could not refute",
};

const VOTE = {
  type: "object",
  required: ["refuted", "why"],
  properties: { refuted: { type: "boolean" }, why: { type: "string" } },
};
const VIEWS = ["Look for a counterexample.", "Look for what it rests on that is not so.", "Look for another explanation."];

// args: {claims: ["…"], sceptic: "…"}
const judged = await pipeline(args.claims, async (claim) => {
  const votes = await parallel(
    VIEWS.map((view, index) => () =>
      agent(`Try to refute: ${claim}\n\n${view}`, { agent: args.sceptic, schema: VOTE, label: `sceptic ${index + 1}` }),
    ),
  );
  const given = votes.filter((vote) => vote !== null);
  const against = given.filter(({ refuted }) => refuted);
  // Who did not answer has not refuted it, and has not let it pass.
  const stands = given.length > VIEWS.length / 2 && against.length <= given.length / 2;
  return { claim, stands, why: against.map(({ why }) => why) };
});
return { stand: judged.filter((one) => one?.stands).map(({ claim }) => claim), judged };
