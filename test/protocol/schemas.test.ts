import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { jsonSchema, SCHEMAS, type SchemaName } from "../../src/protocol/schemas.ts";
import { samples } from "./samples/schema-samples.ts";

const names = Object.keys(SCHEMAS) as SchemaName[];
const fileOf = (name: SchemaName) => new URL(`../../schemas/${name}.schema.json`, import.meta.url);

describe("schemas/", () => {
  // `npm run schemas` writes them anew.
  test.each(names)("%s.schema.json is what the run-time schema says", async (name) => {
    await expect(`${JSON.stringify(jsonSchema(name), null, 2)}\n`).toMatchFileSnapshot(fileOf(name).pathname);
  });

  test.each(names)("%s.schema.json and the run-time schema agree on samples", (name) => {
    const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(
      JSON.parse(readFileSync(fileOf(name), "utf8")),
    );
    const { good, bad } = samples[name];
    expect(good.length).toBeGreaterThan(1);
    expect(bad.length).toBeGreaterThan(3);
    for (const [value, isGood] of [...good.map((v) => [v, true]), ...bad.map((v) => [v, false])]) {
      const found = {
        value,
        zod: SCHEMAS[name].schema.safeParse(value).success,
        ajv: validate(value),
      };
      expect(found).toEqual({ value, zod: isGood, ajv: isGood });
    }
  });
});
