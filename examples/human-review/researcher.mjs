// Picks the facts out of notes.md: the lines of its list, but for what a lawyer said.
import { readFileSync } from "node:fs";
import { answer } from "./lib.mjs";

const lines = readFileSync("notes.md", "utf8").split("\n");
const facts = lines.filter((line) => line.startsWith("- ") && !line.includes("lawyer"));
await answer({ results: facts.join("\n") });
