import { expect, test } from "vitest";
import { envelopeSchema } from "../../src/protocol/message.ts";
import { formatMessage, parseMessage } from "../../src/protocol/message-codec.ts";
import { codeWords, fences, readDoc, sectionOf, tableRows } from "./docs.ts";

const page = readDoc("docs/protocol.md");
const samples = fences(page).filter(({ info }) => info === "markdown");

test.each(samples)("a message of docs/protocol.md reads: $text", ({ text }) => {
  const message = parseMessage(Buffer.from(text), { to: "lead" });
  expect(message.extra).toBeUndefined();
});

test("messages of version 2 there are as they would be written", () => {
  const written = samples.filter(
    ({ text }) => text.includes("clawflow: 2") && !text.includes("begin results"),
  );
  const byProgram = written.filter(({ text }) => !text.includes("type: control"));
  expect(byProgram.length).toBeGreaterThan(1);
  for (const { text } of byProgram) expect(formatMessage(parseMessage(Buffer.from(text)))).toBe(text);
});

test("what the marks hold there comes back whole", () => {
  const marked = samples.find(({ text }) => text.includes("begin results"));
  const message = parseMessage(Buffer.from(marked?.text ?? ""));
  expect(message.body).toMatchObject({
    results: "# Report\n\n## Results\n\nA heading that looks like ours, and is the writer's.",
  });
});

test("the attempt in a subtask id of version 1 reads as the page says", () => {
  const reply = samples.find(({ text }) => text.includes("scan-routes--2"));
  expect(parseMessage(Buffer.from(reply?.text ?? ""), { to: "lead" })).toMatchObject({
    version: 1,
    subtask_id: "scan-routes",
    attempt: 2,
  });
});

test("the table of the envelope has every field, with the types of message that have it", () => {
  const documented = new Map<string, string[]>();
  for (const [names = "", types = ""] of tableRows(sectionOf(page, "## The envelope"))) {
    const all = envelopeSchema.options.map(({ shape }) => shape.type.value as string);
    const listed = types === "all" ? all : types.split(", ");
    for (const name of codeWords(names)) documented.set(name, listed.sort());
  }
  const actual = new Map<string, string[]>();
  for (const { shape } of envelopeSchema.options) {
    for (const name of Object.keys(shape)) actual.set(name, [...(actual.get(name) ?? []), shape.type.value]);
  }
  for (const types of actual.values()) types.sort();
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(actual));
});
