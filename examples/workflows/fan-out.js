export const meta = {
  name: "fan-out",
  description: "Ask about many things at once, and make one answer of what comes back",
};

// args: {items: ["…"], question: "…", agent?: "…"}
const to = args.agent === undefined ? {} : { agent: args.agent };
const answers = await parallel(
  args.items.map((item) => () => agent(`${args.question}\n\n${item}`, { ...to, label: item })),
);
const found = args.items.map((item, index) => ({ item, answer: answers[index] }));
const lost = found.filter(({ answer }) => answer === null).map(({ item }) => item);
const known = found.filter(({ answer }) => answer !== null);
if (known.length === 0) throw new Error("nobody answered");

const material = known.map(({ item, answer }) => `## ${item}\n\n${answer}`).join("\n\n");
const summary = await agent(`Make one answer to "${args.question}" of these:\n\n${material}`, { label: "summary" });
return { summary, lost };
