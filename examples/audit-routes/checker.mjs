// Tries to refute that a route is open, in one of three ways.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { task } = JSON.parse(readFileSync(0, "utf8"));
const asked = /^Refute that (\S+) (\S+) \((.+):(\d+)\) is open: (.+)$/.exec(task.instructions);
const outcome =
  asked === null ? { error: "I refute findings" } : { results: JSON.stringify(await judge(asked)) };
console.log(JSON.stringify(outcome));

async function judge([, method, path, file, line, way]) {
  if (way.startsWith("read")) return readFromTop(file, Number(line));
  if (way.startsWith("look")) return lookForGuards(file, Number(line));
  return await run(file, method.toLowerCase(), path);
}

/** A guard for all, above the route, or one among its own arguments before the handler. */
function readFromTop(file, line) {
  const lines = withoutComments(readFileSync(file, "utf8")).split("\n");
  const above = lines.slice(0, line - 1).some((text) => /router\.use\(require/.test(text));
  if (above) return { open: false, why: "a guard for all stands above it" };
  const own = /", *require/.test(lines[line - 1] ?? "");
  return own
    ? { open: false, why: "it has a guard" }
    : { open: true, why: "no guard stands before its handler" };
}

/** Every guard of the file: does one come before the route takes its request? */
function lookForGuards(file, line) {
  const lines = withoutComments(readFileSync(file, "utf8")).split("\n");
  const guards = lines.flatMap((text, index) => (/\brequire(User|Admin)\b/.test(text) ? [index + 1] : []));
  const before = guards.filter((at) => at < line && /router\.use/.test(lines[at - 1] ?? ""));
  return before.length > 0
    ? { open: false, why: `the guard of line ${before[0]} holds for it` }
    : { open: true, why: `no guard of the file holds for line ${line}` };
}

/** Takes the route as a server does, with a request of nobody. */
async function run(file, method, path) {
  const { default: routes } = await import(pathToFileURL(resolve(file)).href);
  const steps = [];
  const add =
    (on) =>
    (at, ...handlers) =>
      void steps.push({ on, at, handlers });
  const router = { use: (...handlers) => void steps.push({ on: "use", handlers }) };
  for (const on of ["get", "post", "put", "delete"]) router[on] = add(on);
  const guard = (request, response, next) => (request.user === undefined ? response.refuse() : next());
  routes(router, { requireUser: guard, requireAdmin: guard });
  for (const step of steps) {
    if (step.on !== "use" && (step.on !== method || step.at !== path)) continue;
    for (const handler of step.handlers) {
      let said = "";
      handler(
        { params: {}, body: {} },
        { refuse: () => (said = "refused"), send: () => (said = "served") },
        () => (said = "next"),
      );
      if (said === "refused") return { open: false, why: "a request of nobody is refused" };
      if (said === "served") return { open: true, why: "a request of nobody is served" };
    }
  }
  return { open: false, why: "it serves nothing" };
}

/** With as many lines as before. */
function withoutComments(text) {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/\/\/.*$/gm, "");
}
