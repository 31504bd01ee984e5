import { expect, test } from "vitest";
import { z } from "zod";
import * as shapes from "../../src/cli/json-shapes.ts";
import { printJson } from "../../src/cli/print-json.ts";
import { fakeIo } from "./fake-io.ts";

test("the shapes of --json are as documented: fields may be added, none goes or changes its meaning", async () => {
  const schemas = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      z.toJSONSchema(shape as z.ZodType, { io: "output" }),
    ]),
  );
  await expect(`${JSON.stringify(schemas, null, 2)}\n`).toMatchFileSnapshot("__snapshots__/json-shapes.txt");
});

test("what does not have its shape is a bug, not an answer", () => {
  const io = fakeIo();
  expect(() => printJson(io, shapes.sentShape, { task_id: "a" } as never)).toThrow(/documented shape/);
  expect(io.outText()).toBe("");
});
