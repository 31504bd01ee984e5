import { fc, test as property } from "@fast-check/vitest";
import { expect, test, vi } from "vitest";
import { makeProgram } from "../../src/cli/program.ts";
import { quickWords } from "../../src/cli/quick-words.ts";
import { fakeIo } from "./fake-io.ts";

const statusCommand = vi.hoisted(() => vi.fn(async (..._given: unknown[]) => 0));
vi.mock("../../src/cli/commands/status.ts", () => ({ statusCommand }));

/** What the real command line makes of the words; `undefined`: it refuses them. */
async function slowWords(words: readonly string[]): Promise<unknown[] | undefined> {
  statusCommand.mockClear();
  const { program } = makeProgram(fakeIo());
  try {
    await program.parseAsync(["node", "clawflow", "status", ...words]);
  } catch {
    return undefined;
  }
  return statusCommand.mock.calls[0]?.slice(1);
}

test("takes options in their plain form", () => {
  expect(quickWords([])).toEqual({});
  expect(
    quickWords(["--root", "/tmp/x", "--json", "--agent", "lead", "--for-agent", "--team", "../t.yaml"]),
  ).toEqual({ root: "/tmp/x", json: true, agent: "lead", forAgent: true, team: "../t.yaml" });
});

test("leaves anything else to the real command line", () => {
  for (const words of [
    ["task-1"],
    ["--help"],
    ["--root"],
    ["--root=x"],
    ["--root", "--json"],
    ["--jso"],
    ["--", "x"],
  ])
    expect(quickWords(words)).toBeUndefined();
});

const word = fc.oneof(
  fc.constantFrom(
    "--root",
    "--team",
    "--agent",
    "--json",
    "--for-agent",
    "--root=x",
    "--",
    "-",
    "-x",
    "--jso",
    "--help",
  ),
  fc.constantFrom("lead", "a/b", "./x", "../x", "", "x y", "-1", "1", "__proto__", "toString", "constructor"),
);
property.prop([fc.array(word, { maxLength: 6 })], { numRuns: 300 })(
  "gives what the real command line gives, or nothing",
  async (words) => {
    const quick = quickWords(words);
    if (quick !== undefined) expect(await slowWords(words)).toEqual([undefined, quick]);
  },
);
