// Asks for the tone, plans, has the plan approved, and puts the pieces together.
import { answer, answers, question } from "./lib.mjs";

const { kind, task, results, problem = "" } = question;
const [tone] = answers();

if (kind === "synthesise") await answer({ results: together(results) });
else if (tone === undefined) await answer({ ask: "Which tone: sober or playful?" });
else await answer({ subtasks: plan(), policy: { approval: "always" } });

/** A plan that was sent back comes again in `problem`, with the reason. */
function plan() {
  const wantsQuote = /rejected.*quote/i.test(problem);
  const sources = wantsQuote ? ["facts", "quote"] : ["facts"];
  const quote = {
    agent: "spokesperson",
    description: `Why does it matter? Two sentences for: ${task.title}`,
    timeout: "48h",
  };
  return {
    facts: { agent: "researcher", description: "Pick the facts for the press release" },
    ...(wantsQuote ? { quote } : {}),
    draft: {
      agent: "writer",
      description: `Write the release, tone: ${tone}`,
      depends_on: sources,
      timeout: "48h",
    },
  };
}

/** Whatever else the plan holds by now: a headline goes on top. */
function together({ headline, draft }) {
  return [headline?.results && `# ${headline.results}`, draft.results].filter(Boolean).join("\n\n");
}
