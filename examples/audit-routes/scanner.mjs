// Lists the files of a folder, or marks the routes in a file whose first argument is no guard. It does not look further: the checker does.
import { readdirSync, readFileSync } from "node:fs";

const { task } = JSON.parse(readFileSync(0, "utf8"));
const folder = /^List the files with routes in (.+)$/.exec(task.instructions)?.[1];
const file = /^Mark what looks open in (.+)$/.exec(task.instructions)?.[1];
const answer = folder !== undefined ? list(folder) : file !== undefined ? scan(file) : undefined;
const outcome =
  answer === undefined ? { error: "I list files and scan them" } : { results: JSON.stringify(answer) };
console.log(JSON.stringify(outcome));

function list(name) {
  const files = readdirSync(name).filter((one) => one.endsWith(".mjs"));
  return files.sort().map((one) => `${name}/${one}`);
}

function scan(name) {
  const lines = readFileSync(name, "utf8").split("\n");
  return lines.flatMap((text, index) => {
    const route = /router\.(get|post|put|delete)\("([^"]+)", *(\S+)/.exec(text);
    if (route === null || /^require/.test(route[3]) || /\/\/ public/.test(lines[index - 1] ?? "")) return [];
    return [{ file: name, line: index + 1, route: `${route[1].toUpperCase()} ${route[2]}` }];
  });
}
