import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { lib, makeFolder } from "./audit-folder.ts";

const NOTE = ["TO", "DO"].join("");

describe("notes", async () => {
  const { findMarkers } = await lib("markers");
  const { languageOf } = await lib("languages");
  const find = (name: string, text: string) =>
    findMarkers(text, languageOf(name, text)).map(
      (one: { line: number; text: string }) => `${one.line} ${one.text}`,
    );

  test.each([
    ["a.ts", `// ${NOTE}: mend\n`, ["1 mend"]],
    ["a.ts", `f(); // see below, ${NOTE}(ada): mend\n`, ["1 (ada): mend"]],
    ["a.ts", `/**\n * ${NOTE} mend\n */\n`, ["2 mend"]],
    ["a.py", `x = 1  # ${NOTE}: mend\n`, ["1 mend"]],
    ["a.sql", `-- ${NOTE} mend\n`, ["1 mend"]],
    ["a.md", `<!-- ${NOTE}: mend -->\n`, ["1 mend"]],
    ["a.md", `- [ ] ${NOTE}: mend\n`, ["1 mend"]],
    ["a.ts", `const s = "// ${NOTE}: no";\n`, []],
    ["a.ts", `const p = /\\b(${NOTE}|XXX)\\b/;\n`, []],
    ["a.ts", `const url = "https://${NOTE}";\n`, []],
    ["a.ts", `const ${NOTE} = 1;\n`, []],
    ["a.md", `Lists ${NOTE}/notes with places.\n`, []],
    ["a.ts", `// counts ${NOTE} and the like\n`, []],
    ["a.sh", `echo "$#" # ${NOTE} mend\n`, ["1 mend"]],
  ])("%s %j", (name, text, expected) => {
    expect(find(name, text)).toEqual(expected);
  });
});

describe("secrets", async () => {
  const { findSecrets, mask } = await lib("secrets");
  const kinds = (text: string, how = { quoted: true, named: true }) =>
    findSecrets(text, how).map((one: { kind: string }) => one.kind);

  test("words, hashes, placeholders and expressions are none", () => {
    for (const text of [
      'const password = "correct-horse-battery-staple";',
      'password: "<your password here 123>"',
      "const token = getTokenFromSomewhere(12345678901);",
      "const secretKeyName = process.env.SECRET_KEY_12345678;",
      `"integrity": "sha512-${"aB3d".repeat(20)}=="`,
      "apiKey: string | undefined;",
      "-----BEGIN PRIVATE" + " KEY----- begins a key",
      ["AKIA", "IOSFODNN7EXAMPLE"].join(""),
      "postgres://user:password@localhost/db",
      "https://github.com/a/b@v1",
    ]) {
      expect([text, kinds(text)]).toEqual([text, []]);
    }
  });

  test("a value without quotation marks counts in settings, not in code", () => {
    const line = `SECRET_KEY=${["q8Zt", "4LmX", "9vRw", "2KpB"].join("")}`;
    expect(kinds(line, { quoted: false, named: true })).toHaveLength(1);
    expect(kinds(line, { quoted: true, named: true })).toHaveLength(0);
  });

  property.prop([fc.string({ minLength: 1, maxLength: 80 })])("a mask shows at most a fifth", (value) => {
    const shown = mask(value).split("***")[0];
    expect(value.startsWith(shown)).toBe(true);
    expect(shown.length).toBeLessThanOrEqual(value.length / 5);
    expect(shown.length).toBeLessThanOrEqual(4);
  });
});

describe("links", async () => {
  const { checkLinks } = await lib("links");

  test("anchors are those that GitHub makes", () => {
    const text = [
      "# Hello, World!",
      "## `code` and [link](https://x.y)",
      "## Twice",
      "## Twice",
      '<a name="own"></a>',
      "### `go <where> [how]`, <b>bold</b>",
      "Under\n-----",
      "```\n# not a heading\n```",
      "[1](#hello-world) [2](#code-and-link) [3](#twice) [4](#twice-1) [5](#own) [6](#under)",
      "[7](#not-a-heading) [8](#twice-2) [9](#go-where-how-bold)",
    ].join("\n");
    const { checked, broken } = checkLinks("/", "a.md", text);
    expect(checked).toBe(9);
    expect(broken.map((one: { target: string }) => one.target)).toEqual(["#not-a-heading", "#twice-2"]);
  });

  test("what cannot be checked is left alone, the rest is looked up", () => {
    const root = makeFolder({ "docs/a b.md": "", "img/(1).png": "", "x.md": "" });
    const text = [
      "[a](<a b.md>) [b](a%20b.md) [c](../img/(1).png) [d](/x.md) [e](/page) [f](../../outside.md) [g](mailto:a@b.c)",
      "[h]: ../gone.md",
      '<img src="../img/gone.png"> [i]({{ url }}) [^note]: gone.md',
    ].join("\n");
    const { broken } = checkLinks(root, "docs/index.md", text);
    expect(broken.map((one: { target: string }) => one.target)).toEqual(["../gone.md", "../img/gone.png"]);
  });
});

describe("nesting", async () => {
  const { deepest } = await lib("nesting");
  test("braces in strings and aligned lines do not count", () => {
    const js = 'f("{{{{");\nif (a) {\n  g(a,\n          b);\n}\n';
    expect(deepest(js, { braces: true })).toEqual({ depth: 1, line: 3 });
    expect(deepest("if a:\n    if b:\n        c()\n", {})).toEqual({ depth: 2, line: 3 });
    expect(deepest("", { braces: true })).toEqual({ depth: 0, line: 0 });
  });
});

describe(".gitignore", async () => {
  const { isIgnored, parseRules } = await lib("ignore");
  test.each([
    ["*.log", "a/b.log", false, true],
    ["/build", "build", true, true],
    ["/build", "a/build", true, false],
    ["build/", "a/build", true, true],
    ["build/", "a/build", false, false],
    ["a/**/z", "a/b/c/z", false, true],
    ["a/**/z", "a/z", false, true],
    ["**/temp", "x/temp", false, true],
    ["doc/*.txt", "doc/a/b.txt", false, false],
    ["*.[oa]", "lib.a", false, true],
    ["*.ts\n!keep.ts", "keep.ts", false, false],
    ["\\#x", "#x", false, true],
    ["# x", "# x", false, false],
    ["a.b", "axb", false, false],
  ])("%j %s", (rules, path, isFolder, expected) => {
    expect(isIgnored(parseRules(rules, ""), path, isFolder)).toBe(expected);
  });
});

describe("manifests", async () => {
  const { pythonDependencies, cargoDependencies, goDependencies, requirements } = await lib("manifests");
  const short = (all: { name: string; wanted: string; scope: string }[]) =>
    all.map((one) => [one.name, one.wanted, one.scope].join(" ").trim());
  test("pyproject.toml, requirements.txt, Cargo.toml, go.mod", () => {
    expect(
      short(
        pythonDependencies(
          '[project]\nname = "x"\ndependencies = [\n  "requests[socks]>=2", # why\n  "rich",\n]\n[project.optional-dependencies]\ndev = ["pytest~=8"]\n',
        ),
      ),
    ).toEqual(["requests >=2", "rich", "pytest ~=8 dev"]);
    expect(short(requirements("# all\nflask==3.0 # web\n-r more.txt\n\n"))).toEqual(["flask ==3.0"]);
    expect(
      short(
        cargoDependencies(
          '[dependencies]\nserde = { version = "1", features = ["a"] }\n[dev-dependencies]\nx = "2"\n',
        ),
      ),
    ).toEqual(["serde 1", "x 2 development"]);
    expect(
      short(
        goDependencies(
          "module m\n\nrequire (\n\tgolang.org/x/net v0.1.0\n\ta.b/c v1.2.3 // indirect\n)\nrequire d.e/f v2.0.0\n",
        ),
      ),
    ).toEqual(["golang.org/x/net v0.1.0", "a.b/c v1.2.3 indirect", "d.e/f v2.0.0"]);
  });
});

describe("splitting", async () => {
  const { split, readPart } = await lib("split");
  const { openFolder, filesOf } = await lib("walk");
  const { subtaskIds } = await lib("names");

  const paths = fc.uniqueArray(
    fc
      .array(fc.constantFrom("a", "b", "lib", "x.ts", "y", "Z", "0"), { minLength: 1, maxLength: 4 })
      .map((all) => all.join("/")),
    { minLength: 1, maxLength: 60 },
  );
  property.prop([paths, fc.integer({ min: 1, max: 20 })], { numRuns: 25 })(
    "every file is in exactly one piece, and pieces read from disk hold what they held when planned",
    (wanted, load) => {
      // A path cannot be a file and a folder.
      const files = wanted.filter((path) => !wanted.some((other) => other.startsWith(`${path}/`)));
      const folder = openFolder(makeFolder(Object.fromEntries(files.map((path) => [path, "x\n"]))));
      const groups = split([readPart(folder, { tree: "" })], load);
      const read = groups.map((group: { parts: object[] }) =>
        group.parts.flatMap((part) =>
          [...filesOf(readPart(folder, part))].map((file: { path: string }) => file.path),
        ),
      );
      expect(read.flat().sort()).toEqual([...files].sort());
      groups.forEach((group: { files: { path: string }[] }, index: number) => {
        expect(group.files.map((file) => file.path).sort()).toEqual([...read[index]].sort());
      });
      expect(groups.length).toBeLessThanOrEqual(90);
    },
  );

  test("thousands of folders, or of files in one folder, make at most 90 pieces", () => {
    const files = Object.fromEntries(
      Array.from({ length: 400 }, (_, n) => [n % 2 ? `flat/f${n}` : `many/d${n}/f`, "x"]),
    );
    const folder = openFolder(makeFolder(files));
    const groups = split([readPart(folder, { tree: "" })], 1);
    expect(groups.length).toBeLessThanOrEqual(90);
    expect(groups.flatMap((group: { files: object[] }) => group.files)).toHaveLength(400);
  });

  property.prop([fc.array(fc.string(), { minLength: 1, maxLength: 20 })])(
    "ids are valid and differ",
    (labels) => {
      const ids: string[] = subtaskIds("survey", labels);
      expect(new Set(ids).size).toBe(labels.length);
      for (const id of ids) expect(id).toMatch(/^(?!.*--)[a-z][a-z0-9-]{0,63}$/);
    },
  );
});

describe("duplicates across agents", async () => {
  const { boundTwins, mergeTwins } = await lib("twins");
  const entry = fc.tuple(
    fc.integer({ min: 100, max: 106 }),
    fc.constantFrom("a", "b", "c", "d", "e"),
    fc.string(),
  );

  property.prop([
    fc.array(entry, { maxLength: 60 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 30 }),
  ])("whatever is left out on the way, what is said is right", (files, agents, most) => {
    const all = files.map(([bytes, hash, name], index) => [bytes, hash, 1, [`${index}-${name}`]]);
    const parts = Array.from({ length: agents }, (_, agent) => ({
      entries: all.filter((_one, index) => index % agents === agent),
    }));
    const merged = mergeTwins(parts.map((part) => boundTwins(part, most)));
    const truth = new Map<string, number>();
    for (const [bytes, hash] of files)
      truth.set(`${bytes}:${hash}`, (truth.get(`${bytes}:${hash}`) ?? 0) + 1);
    for (const [bytes, hash, count] of merged.entries) expect(count).toBe(truth.get(`${bytes}:${hash}`));
    if (merged.floor === undefined) expect(merged.entries).toHaveLength(truth.size);
  });
});
