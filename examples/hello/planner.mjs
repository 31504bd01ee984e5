// Has everybody greeted in each language of "French, Swahili and Greek", and puts the greetings together.
import { readFileSync } from "node:fs";

const { kind, task, results } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(kind === "consider" ? plan(task.instructions) : { results: together(results) }));

function plan(text) {
  const languages = text.split(/[^a-z]+/i).filter((word) => word !== "" && word !== "and");
  if (languages.length === 0) return { error: "name a language or two" };
  const greet = (name) => [
    `say-${name.toLowerCase()}`,
    { agent: "greeter", description: `Say hello in ${name}` },
  ];
  return { subtasks: Object.fromEntries(languages.map(greet)), policy: { on_failure: "continue" } };
}

function together(greetings) {
  const line = ({ status, results, error }) => (status === "done" ? results : `(${error})`);
  return Object.values(greetings).map(line).join("\n");
}
