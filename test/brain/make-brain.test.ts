import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeBrain } from "../../src/brain/make-brain.ts";
import { moduleBrain } from "../../src/brain/module-brain.ts";
import { personBrain } from "../../src/brain/person-brain.ts";
import { aContext, aQuestion, temporaryFolder } from "./helpers.ts";

function moduleOf(text: string): string {
  const path = join(temporaryFolder(), "brain.mjs");
  writeFileSync(path, text);
  return path;
}

async function outcomeOf(path: string) {
  return (await moduleBrain(path).ask(aQuestion(), aContext())).outcome;
}

test.each([
  ["default", "export default ({ task }) => 'did ' + task.title"],
  ["brain", "export const brain = async ({ task }) => ({ results: 'did ' + task.title })"],
])("a module's %s export is its brain", async (_, text) => {
  expect(await outcomeOf(moduleOf(text))).toEqual({ results: "did Audit" });
});

test("a module is imported when it is first asked, and once", async () => {
  const path = moduleOf(
    "let n = 0; globalThis.imported = (globalThis.imported ?? 0) + 1; export default () => String(++n)",
  );
  const brain = moduleBrain(path);
  const imported = () => (globalThis as { imported?: number }).imported ?? 0;
  expect(imported()).toBe(0);
  await brain.ask(aQuestion(), aContext());
  expect((await brain.ask(aQuestion(), aContext())).outcome).toEqual({ results: "2" });
  expect(imported()).toBe(1);
});

test("a module that is not there, or has no brain, is missing; one that throws has failed", async () => {
  const path = join(temporaryFolder(), "gone.mjs");
  expect(await outcomeOf(path)).toEqual({ error: expect.stringMatching(/^E_BRAIN_MISSING: .*gone\.mjs/) });
  expect(await outcomeOf(moduleOf("export const other = 1"))).toEqual({
    error: expect.stringMatching(/^E_BRAIN_MISSING: .*exports no brain.*found other/),
  });
  expect(await outcomeOf(moduleOf("import 'no-such-package'; export default () => ''"))).toEqual({
    error: expect.stringMatching(/^E_BRAIN_MISSING: .*no-such-package/),
  });
  expect(await outcomeOf(moduleOf("throw new Error('at import')"))).toEqual({ error: "E_BRAIN: at import" });
  expect(await outcomeOf(moduleOf("this is no code"))).toEqual({
    error: expect.stringMatching(/^E_BRAIN: /),
  });
});

test("a module that could not be read for want of room is asked again, and imported anew then", async () => {
  const brain = moduleBrain(
    moduleOf(`
      globalThis.openFiles = (globalThis.openFiles ?? 0) + 1;
      if (globalThis.openFiles < 3)
        throw Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
      export default () => "read";
    `),
  );
  const ask = async () => (await brain.ask(aQuestion(), aContext())).outcome;
  const outcome = { error: "E_BRAIN: EMFILE: too many open files", passing: true };
  expect(await ask()).toEqual(outcome);
  expect(await ask()).toEqual(outcome);
  expect(await ask()).toEqual({ results: "read" });
});

test("a person is never asked", async () => {
  const brain = personBrain("anna");
  expect(brain).toMatchObject({ kind: "person", person: "anna" });
  await expect(brain.ask(aQuestion(), aContext())).rejects.toMatchObject({ code: "E_INTERNAL" });
});

test("paths of a team file are relative to its folder", async () => {
  const directory = temporaryFolder();
  const place = { agent: "lead", directory };
  mkdirSync(join(directory, "brains"));
  writeFileSync(join(directory, "brains/hello.mjs"), "console.log(process.cwd() === process.argv[2])");
  writeFileSync(join(directory, "brains/module.mjs"), "export default () => 'from a module'");
  const ask = async (config: Parameters<typeof makeBrain>[0]) =>
    (await makeBrain(config, place).ask(aQuestion(), aContext())).outcome;

  expect(await ask({ command: ["node", "brains/hello.mjs", directory] })).toEqual({ results: "true\n" });
  expect(await ask({ text: ["node", "brains/hello.mjs", directory] })).toMatchObject({
    results: expect.stringContaining("true"),
  });
  expect(await ask({ module: "./brains/module.mjs" })).toEqual({ results: "from a module" });
});

test("each form of the team file makes its kind of brain; an unknown preset is refused", () => {
  const kindOf = (config: Parameters<typeof makeBrain>[0]) =>
    makeBrain(config, { agent: "lead", directory: "/" }).kind;
  expect(kindOf({ command: ["x"] })).toBe("command");
  expect(kindOf({ text: ["x"] })).toBe("text");
  expect(kindOf({ text: "claude" })).toBe("text");
  expect(kindOf({ module: "x" })).toBe("function");
  expect(kindOf({ person: "anna" })).toBe("person");
  for (const text of ["no-such", "__proto__"]) {
    expect(() => kindOf({ text })).toThrow(expect.objectContaining({ code: "E_CONFIG" }));
  }
});
