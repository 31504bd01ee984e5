/** What `clawflow init` writes: a team that runs as it is, made of programs that are there to be replaced. */
export const INIT_FILES: readonly { name: string; text: string }[] = [
  {
    name: "team.yaml",
    text: `# The team: who there is, whom each may give work to, and what judges for it.
# A brain is any command that reads one JSON question on standard input and prints one JSON answer. An agent's own
# command line works too: brain: {text: [claude, -p]}
agents:
  lead:
    description: Splits a text into its paragraphs and puts the counts together.
    peers: [counter]
    brain: {command: [node, agents/lead.mjs]}
  counter:
    description: Counts the words of a paragraph.
    brain: {command: [node, agents/counter.mjs]}
    concurrency: 2
`,
  },
  {
    name: "agents/lead.mjs",
    text: `// Asked to consider a task it answers with a plan; asked to synthesise, with one answer made of the results.
import { readFileSync } from "node:fs";

const { kind, task, results } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(kind === "consider" ? plan(task.instructions) : { results: sum(results) }));

function plan(text) {
  const paragraphs = text.split(/\\n\\s*\\n/).filter((paragraph) => paragraph.trim() !== "");
  const subtask = (paragraph, index) => [
    \`count-\${index + 1}\`,
    { agent: "counter", description: \`Count the words of paragraph \${index + 1}\`, instructions: paragraph },
  ];
  return { subtasks: Object.fromEntries(paragraphs.map(subtask)) };
}

function sum(counts) {
  const numbers = Object.values(counts).map(({ results }) => Number(results));
  const total = numbers.reduce((a, b) => a + b, 0);
  return \`\${total} words in \${numbers.length} paragraphs: \${numbers.join(" + ")}\`;
}
`,
  },
  {
    name: "agents/counter.mjs",
    text: `// The smallest agent: does what it is asked at once.
import { readFileSync } from "node:fs";

const { task } = JSON.parse(readFileSync(0, "utf8"));
const words = task.instructions.split(/\\s+/).filter((word) => word !== "");
console.log(JSON.stringify({ results: String(words.length) }));
`,
  },
  {
    name: "first-task.md",
    text: `Think of a consulting firm. Anyone can receive a project. If they can do it alone, they do.

If it is too big they break it into pieces, hand each piece to a colleague, collect the results and write one answer.

Nobody is a manager by title; everybody follows one protocol.
`,
  },
];
