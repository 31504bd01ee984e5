import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt, MAIN } from "../cli/cli.ts";
import { tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { ask, makeRoot } from "./rig.ts";

beforeAll(ensureBuilt, 120_000);

test("it gives a link, the same command once more another one of the same, and a signal ends it at once", async () => {
  const { root, end } = await makeRoot();
  const env = { CLAWFLOW_QUESTION: "", DISPLAY: "", WAYLAND_DISPLAY: "" };
  const words = [MAIN, "dashboard", "--no-open", "--json", "--root", root];
  const running = execa(process.execPath, [...words, "--port", "0"], { env, reject: false });
  try {
    let out = "";
    running.stdout.on("data", (part) => {
      out += part;
    });
    const linkOf = (text: string) => new URL((JSON.parse(text) as { url: string }).url);
    await until(() => out.includes("}") || undefined);
    const link = linkOf(out);
    const other = await execa(process.execPath, words, { env });
    expect(linkOf(other.stdout).host).toBe(link.host);
    const port = Number(link.port);
    for (const one of [link, linkOf(other.stdout)])
      expect((await ask({ port, cookie: "" }, one)).status).toBe(303);
    running.kill("SIGINT");
    expect(await running).toMatchObject({ exitCode: 0, stderr: "" });
    expect(existsSync(join(root, ".clawflow/dashboard.json"))).toBe(false);
  } finally {
    running.kill("SIGKILL");
    end();
  }
});

test("a port that is none is said so", async () => {
  const words = [MAIN, "dashboard", "--no-open", "--root", tempRoot(), "--port", "70000"];
  const refused = await execa(process.execPath, words, { env: { CLAWFLOW_QUESTION: "" }, reject: false });
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("not a port") });
});
