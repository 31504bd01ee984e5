import { cpSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { addFiles, audit, makeFolder, sectionOf } from "./audit-folder.ts";

/** Put together here, so that nothing in this project looks like a secret. */
const SECRETS = {
  aws: ["AKIA", "Q7RZ3XKMP2VTN9LW"].join(""),
  github: ["ghp", "_", "aB3dE5fG7hJ9kL2mN4pQ6rS8tU1vW3xY5zA7"].join(""),
  slack: ["xoxb", "-", "918273645546-Zq8Lm2Xv7Rt4"].join(""),
  password: ["v9Kx", "2Lq8", "Zt5W", "m3Rp"].join(""),
  url: ["hunter", "2", "Zebra9"].join(""),
};
const KEY_BODY = "MIIEpAIBAAKCAQEA7bq2v1Xn8Jd0".repeat(2);
const KEY = ["-----BEGIN RSA PRIVATE", " KEY-----\n", KEY_BODY, "\n-----END RSA PRIVATE", " KEY-----\n"].join(
  "",
);
const NOTE = ["TO", "DO"].join("");
const FIX = ["FIX", "ME"].join("");

function sample(): Record<string, string | Uint8Array> {
  return {
    ".gitignore": "ignored/\n*.log\n!kept.log\n",
    "ignored/a.ts": `// ${NOTE}: never seen\n`,
    "b.log": "never seen\n",
    "node_modules/left/index.js": `// ${NOTE}: never seen\n`,
    "node_modules/left/package.json": JSON.stringify({ name: "left", version: "1.2.3", license: "ISC" }),
    "package.json": JSON.stringify({
      dependencies: { left: "^1.0.0", locked: "^2.0.0" },
      devDependencies: { nowhere: "*" },
    }),
    "package-lock.json": JSON.stringify({
      packages: {
        "": {},
        "node_modules/left": { version: "1.2.3", license: "ISC" },
        "node_modules/locked": { version: "2.1.0", license: "Apache-2.0" },
      },
    }),
    LICENSE: "MIT License\n\nPermission is hereby granted, free of charge, to any person\n",
    "README.md": [
      "# The thing",
      "",
      "See [how](docs/how.md#first-steps), [gone](docs/gone.md), [no such part](docs/how.md#nowhere), [here](#the-thing).",
      "A [page](https://example.com/x), `[code](not/a/link.md)`, an image ![p](img/p.png).",
      "```md\n[in a fence](nope.md)\n```",
    ].join("\n"),
    "docs/how.md": "# How\n\n## First steps\n\n[up](../README.md)\n",
    "img/p.png": new Uint8Array([137, 80, 78, 71, 0, 1, 2, 3]),
    "src/deep.ts":
      "function a() {\n  if (1) {\n    for (;;) {\n      while (1) {\n        b();\n      }\n    }\n  }\n}\n",
    "src/notes.ts": `const a = 1; // ${NOTE}: mend this\nconst s = "// ${NOTE}: in a string";\n/* ${FIX}(ada) soon */\n`,
    "src/tool.py": `# ${NOTE} write the tool\nx = 1\n`,
    "src/config.ts": `export const key = "${SECRETS.aws}";\nexport const password = "${SECRETS.password}";\n`,
    "src/clean.ts": `export const password = process.env.PASSWORD;\nconst token = "your-token-goes-here-12345";\n`,
    "deploy/.env": `GITHUB_TOKEN=${SECRETS.github}\nSLACK=${SECRETS.slack}\nDB=postgres://app:${SECRETS.url}@db/app\n`,
    "deploy/id_rsa": KEY,
    "copies/one.txt": "the same text, more than once. ".repeat(10),
    "other/two.txt": "the same text, more than once. ".repeat(10),
    "src/three.txt": "the same text, more than once. ".repeat(10),
  };
}

describe("an audit of a folder", () => {
  test("finds what a maintainer wants to know, and says it once", async () => {
    const folder = makeFolder(sample());
    const { report, answer } = await audit(folder);

    expect(report).not.toContain("never seen");
    expect(sectionOf(report, "Notes to come back to")).toMatch(
      /FIXME \| `src\/notes\.ts:3`[\s\S]*TODO \| `src\/notes\.ts:1`[\s\S]*TODO \| `src\/tool\.py:1`/,
    );
    expect(sectionOf(report, "Notes to come back to")).toContain("1 × FIXME, 2 × TODO.");

    const broken = sectionOf(report, "Links that lead nowhere");
    expect(broken).toContain("2 links of 6 within the folder.");
    expect(broken).toContain("| `README.md:3` | `docs/gone.md` | no such file |");
    expect(broken).toContain("| `README.md:3` | `docs/how.md#nowhere` | no such heading |");

    const dependencies = sectionOf(report, "Dependencies");
    expect(dependencies).toContain("3 dependencies in 1 manifest.");
    expect(dependencies).toContain("| `left` | `^1.0.0` | `1.2.3` | ISC |  | `package.json` |");
    expect(dependencies).toContain("| `locked` | `^2.0.0` | `2.1.0` | Apache-2.0 |  | `package.json` |");
    expect(dependencies).toContain("| `nowhere` | `*` |  |  | development | `package.json` |");
    expect(sectionOf(report, "Licences")).toContain("- `LICENSE`: MIT");

    // The copies lie in the parts of different agents.
    expect(sectionOf(report, "Duplicate files")).toContain(
      "- 3 files of 310 bytes: `copies/one.txt`, `other/two.txt`, `src/three.txt`",
    );
    expect(sectionOf(report, "Most deeply nested code")).toContain("| 4 | `src/deep.ts:5` |");
    expect(sectionOf(report, "Binary files")).toContain("| `img/p.png` | 8 bytes |");
    expect(answer.split("\n").length).toBeLessThanOrEqual(20);
    expect(answer).toContain("AUDIT.md");
  });

  test("names likely secrets and never shows one", async () => {
    const folder = makeFolder(sample());
    addFiles(folder, {
      "src/rotate.ts": `// ${NOTE}: rotate ${SECRETS.aws} and ${SECRETS.github}\n`,
      "links.md": `[a](missing-${SECRETS.github}.md)\n`,
      "tools/package.json": JSON.stringify({
        dependencies: { own: `git+https://bot:${SECRETS.url}@host/x.git` },
      }),
    });
    const { report, answer, calls } = await audit(folder);
    expect(calls.length).toBeGreaterThan(3);
    const mail = calls.map((call) => call.output).join("\n");
    for (const secret of [...Object.values(SECRETS), KEY_BODY]) {
      expect(report).not.toContain(secret);
      expect(answer).not.toContain(secret);
      expect(mail).not.toContain(secret);
      // What is left of it could not be used by anybody.
      expect(report).not.toContain(secret.slice(0, 8));
    }
    const found = sectionOf(report, "Likely secrets");
    expect(found).toContain("| `src/config.ts:1` | AWS access key |");
    expect(found).toContain("| `src/config.ts:2` | random value under a telling name |");
    expect(found).toContain("| `deploy/.env:1` | GitHub token |");
    expect(found).toContain("| `deploy/.env:2` | Slack token |");
    expect(found).toContain("| `deploy/.env:3` | password in a URL |");
    expect(found).toContain("| `deploy/id_rsa:1` | private key |");
    expect(found).not.toContain("src/clean.ts");
  });

  test("gives the same report again, byte for byte, also from a copy elsewhere and when it lies in the folder", async () => {
    const folder = makeFolder(sample());
    const first = await audit(folder, { reportPath: join(folder, "AUDIT.md") });
    const second = await audit(folder, { reportPath: join(folder, "AUDIT.md") });
    expect(second.report).toBe(first.report);
    const copy = join(makeFolder(), basename(folder));
    cpSync(folder, copy, { recursive: true });
    expect((await audit(copy)).report).toBe(first.report);
  });

  test("goes through three levels, and keeps to every limit of the runtime", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 120 }, (_, n) => [
        `m${n % 6}/s${n % 3}/file-${n}.ts`,
        `export const a = ${n};\n`.repeat(20),
      ]),
    );
    const { calls, report, plans } = await audit(makeFolder(files));
    expect(new Set(calls.map((call) => call.path.join(">")))).toEqual(
      new Set(["lead", "lead>surveyor", "lead>surveyor>inspector", "lead>writer"]),
    );
    expect(calls.length).toBeGreaterThanOrEqual(15);
    expect(calls.length).toBeLessThanOrEqual(45);
    expect(plans[0]?.ids.at(-1)).toBe("write-report");
    expect(report).toContain("120 files, 2,400 lines of text");
  });
});
