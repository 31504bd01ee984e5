export const meta = {
  name: "until-nothing-new",
  description: "Search again and again until two rounds find nothing new, or the budget is nearly spent",
};

const FOUND = { type: "array", items: { type: "string" } };
const QUIET = 2;
const MOST = 20;

// args: {what: "…", searcher: "…", reserve?: number}
const found = new Set();
let quiet = 0;
let rounds = 0;
while (quiet < QUIET && rounds < MOST && budget.remaining() > (args.reserve ?? 0)) {
  rounds++;
  phase(`round ${rounds}`);
  const known = [...found].map((one) => `- ${one}`).join("\n") || "nothing yet";
  const more = await agent(`Find ${args.what} that are not known yet. Round ${rounds}. Known:\n${known}`, {
    agent: args.searcher,
    schema: FOUND,
    label: `round ${rounds}`,
  });
  const before = found.size;
  for (const one of more) found.add(one);
  quiet = found.size === before ? quiet + 1 : 0;
  log(`${found.size - before} new, ${found.size} in all`);
}
const why = quiet >= QUIET ? "nothing new" : rounds >= MOST ? "enough rounds" : "the budget";
return { found: [...found].sort(), rounds, ended: why };
