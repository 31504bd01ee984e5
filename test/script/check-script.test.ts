import { describe, expect, test } from "vitest";
import { ClawflowError } from "../../src/protocol/errors.ts";
import { checkScript } from "../../src/script/check-script.ts";
import { originalPlace } from "../../src/script/positions.ts";
import { errorOf, resultOf } from "./run.ts";

function refusal(program: string): string {
  try {
    checkScript(program);
  } catch (error) {
    if (error instanceof ClawflowError && error.code === "E_SCRIPT") return error.message;
    throw error;
  }
  return "taken";
}

describe("what is refused, with line and column", () => {
  test.each([
    ['import fs from "node:fs";', "line 1, column 1"],
    ['const fs = await import("node:fs");', "line 1, column 18"],
    ["return import.meta.url;", "line 1, column 8"],
    ["export default 1;", "line 1, column 1"],
    ["export const other = 1;", "line 1, column 1"],
    ['\n  eval("1");', "line 2, column 3"],
    ['const f = new Function("return 1");', "line 1, column 15"],
    ['const cp = require("child_process");', "line 1, column 12"],
    ["return process.env;", "line 1, column 8"],
    ["return globalThis;", "line 1, column 8"],
    ['await fetch("https://example.com");', "line 1, column 7"],
    ["setTimeout(() => {}, 1);", "line 1, column 1"],
    ["new WebAssembly.Module(new Uint8Array());", "line 1, column 5"],
    ["with ({}) {}", "line 1, column 1"],
    ["for await (const x of []) {}", "line 1, column 1"],
    ["async function* f() {}", "line 1, column 1"],
    ["debugger;", "line 1, column 1"],
    ["return __clawflow_enter;", "line 1, column 8"],
    ["new WeakRef({});", "line 1, column 5"],
    ["const x = `${process.pid}`;", "line 1, column 14"],
    ["const {x = process} = {};", "line 1, column 12"],
    ["const o = {process};", "line 1, column 12"],
    ["return 1 +;", "line 1, column 11"],
    ["const n: number = 1;", "line 1, column 8"],
  ])("%s", (program, place) => {
    expect(refusal(program)).toContain(place);
  });

  test("a misspelled name says which is meant", () => {
    expect(refusal("await paralel([]);")).toMatch(/line 1, column 7.*Is parallel meant/);
    expect(refusal("const n: number = 1;")).toContain("leave types out");
    expect(refusal("console.log(1)")).toContain("log('…')");
  });

  test("nesting that no parser survives, and too long a text", () => {
    expect(refusal(`return ${"[".repeat(100_000)}`)).toContain("nested too deeply");
    expect(refusal(`/*${" ".repeat(300_000)}*/`)).toContain("too long");
  });
});

describe("what is taken", () => {
  test.each([
    'await agent("Describe the process of require() and eval; see https://example.com/globalThis")',
    "const process = 1; return process",
    "const {fetch} = {fetch: 2}; return fetch",
    "return {process: 1, eval: 2}.process",
    "// import fs\nreturn 1 // process.exit()",
    "function f(require) { return require } return f(1)",
    "try { throw 1 } catch (module) { return module }",
    "outer: for (const x of [1]) { continue outer }",
    "class A { process() { return 1 } } return new A().process()",
    "return [1].constructor.name",
  ])("%s", (program) => {
    expect(refusal(program)).toBe("taken");
  });

  test.each([
    ["a byte order mark", "\uFEFFreturn 7"],
    ["CRLF", "// one\r\nreturn 7\r\n"],
    ["a comment at the end", "return 7 // seven"],
    ["names of its own for primitives", "const agent = 7; return agent"],
  ])("%s", async (_, program) => {
    expect(await resultOf(program)).toBe(7);
  });
});

describe("meta", () => {
  test("a pure literal is read, exported or first", () => {
    const meta = {
      name: "audit",
      description: "All of it",
      phases: ["Scan", { title: "Check" }],
      whenToUse: "often",
    };
    const text = `{name: "audit", 'description': \`All of it\`, phases: ["Scan", {title: "Check"}], whenToUse: ("often")}`;
    expect(checkScript(`export const meta = ${text};\nreturn meta.name`).meta).toEqual(meta);
    expect(checkScript(`const meta = ${text}`).meta).toEqual(meta);
    expect(checkScript("const x = 1; const meta = await agent('x')").meta).toBeUndefined();
  });

  test("it can be used in the script", async () => {
    expect(await resultOf('export const meta = {name: "a"}; return meta.name')).toBe("a");
  });

  test.each([
    ["export const meta = {name: `a${1}`}", "line 1, column 28"],
    ["\nexport const meta = {name: f()}; function f() {}", "line 2, column 28"],
    ["export const meta = {...{}}", "line 1, column 22"],
    ['export const meta = {"__proto__": {}}', "line 1, column 22"],
    ["export const meta = {name: 5}", "name"],
    ["export const meta = {nam: 'x'}", "nam"],
  ])("%s is refused", (program, place) => {
    expect(refusal(program)).toContain(place);
  });
});

describe("places", () => {
  test("of what a script throws are those of the script as it was written", async () => {
    const program = [
      "const a = await agent(await agent('x')); const f = async () => { await agent('y'); null.foo; };",
      "await f();",
    ].join("\n");
    const { line, column } = await errorOf(program);
    expect(line).toBe(1);
    const at = (program.split("\n")[0] ?? "").indexOf("null.foo") + 1;
    expect(Math.abs((column ?? 0) - at)).toBeLessThanOrEqual("null.foo".length);
  });

  test("what was put in is taken out again", () => {
    const insertions = [
      { line: 1, column: 0, length: 10 },
      { line: 1, column: 5, length: 3 },
      { line: 2, column: 1, length: 7 },
    ];
    expect(originalPlace(insertions, 1, 11)).toEqual({ line: 1, column: 1 });
    expect(originalPlace(insertions, 1, 15)).toEqual({ line: 1, column: 5 });
    expect(originalPlace(insertions, 1, 19)).toEqual({ line: 1, column: 6 });
    expect(originalPlace(insertions, 2, 9)).toEqual({ line: 2, column: 2 });
  });
});
