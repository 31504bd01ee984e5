import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, MAIN, type Ran, run, writeFiles } from "../cli/cli.ts";
import { EXAMPLES, SKILL } from "./skill.ts";

const folder = mkdtempSync(join(tmpdir(), "clawflow-shell-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const skill = EXAMPLES.filter(({ path }) => path === `${SKILL}/SKILL.md`);
const lines = skill.filter(({ info }) => info === "sh").flatMap(({ text }) => text.trim().split("\n"));
const plan = skill.find(({ info }) => info === "json plan")?.text ?? "";

/** The one command line of the skill that begins so. */
function line(start: string): string {
  const found = lines.filter((one) => one.startsWith(`clawflow ${start}`));
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} lines "${start}"`);
  return found[0];
}

/** An agent with a shell, which does what the skill says. */
const agent = (script: string) => `clawflow() { "${process.execPath}" "${MAIN}" "$@"; }
question=$(cat)
cd "$(mktemp -d)"
${script}
`;

const looks = ["status", "why", "show", "tree"];

const LEAD = agent(`case "$question" in
*'"kind":"consider"'*)
  ${line("message dag")}
  cp plan.json "${folder}/template.json"
  cp "${folder}/example.json" plan.json
  ${line("plan")}
  echo "this comes after the answer"
  ;;
*)
  ${looks.map((name) => `${line(name).split("  ")[0]} > "${folder}/${name}.txt" || exit 9`).join("\n  ")}
  clawflow send reader "more work" 2> "${folder}/refused.txt"
  printf 'Two routes are open; the report says what to do.'
  ;;
esac`);
const READER = agent(`echo "src/admin.ts:12 DELETE /users" > answer.md\n${line("done")}`);
const WRITER = agent(`printf '%s' "$question" > "${folder}/writer.json"
echo half > partial.md
if [ -e "${folder}/failing" ]; then ${line("fail").split("  ")[0]}; else printf 'The report.'; fi`);

const brain = (name: string) => `brain: { command: [sh, ${folder}/${name}.sh] }`;
let ran: Ran;

beforeAll(async () => {
  await ensureBuilt();
  writeFiles(folder, {
    "team.yaml": `agents:
  lead: { peers: [reader, writer], ${brain("lead")} }
  reader: { description: Reads., ${brain("reader")} }
  writer: { description: Writes., ${brain("writer")} }
`,
    "lead.sh": LEAD,
    "reader.sh": READER,
    "writer.sh": WRITER,
    "example.json": plan,
  });
  ran = await run(["run", "Audit every route.", "--agent", "lead", "--timeout", "60s"], { cwd: folder });
});

test("a job is split, done and put together by the commands of the skill", () => {
  expect(ran).toMatchObject({ code: 0, out: "Two routes are open; the report says what to do.\n" });
});

test("the template names the agents that a plan may give work to", () => {
  expect(readFileSync(join(folder, "template.json"), "utf8")).toMatch(/reader|writer/);
});

test("the result of a piece stands in the context of the one that depends on it", () => {
  const question = JSON.parse(readFileSync(join(folder, "writer.json"), "utf8"));
  expect(question.task.context).toContain("src/admin.ts:12 DELETE /users");
  expect(question.task.context).toContain("scan-routes");
});

test("looking is allowed while one is asked, giving work is not", () => {
  for (const name of looks) expect(readFileSync(join(folder, `${name}.txt`), "utf8"), name).not.toBe("");
  expect(readFileSync(join(folder, "refused.txt"), "utf8")).toContain("E_NOT_YOURS");
});

test("what cannot be done is said with what there is", async () => {
  writeFiles(folder, { failing: "" });
  const failed = await run(["run", "Once more.", "--agent", "writer", "--timeout", "60s"], { cwd: folder });
  expect(failed).toMatchObject({ code: 1, out: expect.stringContaining("half") });
  expect(failed.err).toContain("why");
});
