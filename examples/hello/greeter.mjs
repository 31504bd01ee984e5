// Says hello in the language that its task names, or fails and says why.
import { readFileSync } from "node:fs";

const HELLO = {
  english: "Hello!",
  french: "Bonjour !",
  german: "Guten Tag!",
  greek: "Γειά σου!",
  hindi: "नमस्ते!",
  japanese: "こんにちは！",
  spanish: "¡Hola!",
  swahili: "Habari!",
};
const { task } = JSON.parse(readFileSync(0, "utf8"));
const language = task.instructions.trim().split(" ").at(-1);
const hello = HELLO[language.toLowerCase()];
console.log(
  JSON.stringify(hello ? { results: `${language}: ${hello}` } : { error: `I do not speak ${language}` }),
);
