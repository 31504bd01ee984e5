import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import { loadTeam } from "../../src/host/load-team.ts";
import { submitTask } from "../../src/host/submit.ts";
import { type Hosted, Site } from "./rig/site.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/human-review/", import.meta.url));

/** The team of the example, in a copy of its folder. */
class Review implements Hosted {
  readonly #folder = mkdtempSync(join(tmpdir(), "clawflow-review-"));
  readonly root = join(this.#folder, ".clawflow", "agents");
  host: Host | undefined;

  async start(): Promise<void> {
    cpSync(EXAMPLE, this.#folder, { recursive: true });
    const team = loadTeam(join(this.#folder, "team.yaml"));
    this.host = await createHost({ ...team, root: this.root, durability: "os" });
    await this.host.start();
  }

  async stop(): Promise<void> {
    await this.host?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const site = new Site(new Review());
beforeAll(() => site.start());
afterAll(() => site.stop());

test("examples/human-review: a person is asked on the page, answers there, and sees the work go on", async () => {
  const { host } = site.team;
  if (host === undefined) throw new Error("no host");
  const instructions = readFileSync(join(EXAMPLE, "launch.md"), "utf8");
  const { task_id } = await submitTask(host, "editor", { title: "Launch", instructions });
  const { page, faults, close } = await site.open("#/");
  const article = (title: string) =>
    page.getByRole("article").filter({ has: page.getByRole("link", { name: title, exact: true }) });
  const press = (title: string, name: string) =>
    article(title).getByRole("button", { name, exact: true }).click();

  await article("Launch").getByText("Which tone: sober or playful?").waitFor();
  await article("Launch").getByLabel("Your answer").fill("sober");
  await press("Launch", "Answer");

  await article("Launch").getByText("A plan of 2 subtasks").waitFor();
  await press("Launch", "Reject …");
  await page.getByRole("dialog").getByLabel("Why").fill("add a quote");
  await page.getByRole("dialog").getByRole("button", { name: "Reject", exact: true }).click();

  await article("Launch").getByText("A plan of 3 subtasks").waitFor();
  await press("Launch", "Approve");

  const quote = "Why does it matter? Two sentences for: Launch";
  await article(quote).getByLabel("Your result").fill("Night should not decide when a child stops reading.");
  await press(quote, "Send the result");

  const draft = "Write the release, tone: sober";
  await article(draft).getByText("Night should not decide").waitFor();
  await article(draft).getByLabel("Your answer").fill("ok");
  await press(draft, "Answer");

  const done = await host.finished("editor", task_id);
  expect(done.status).toBe("done");
  expect(done.text.output).toContain("Night should not decide");
  await page.getByText("Nothing needs you").waitFor();
  await page.getByRole("link", { name: "Launch", exact: true }).first().click();
  await page.getByText("Night should not decide").first().waitFor();
  expect(faults).toEqual([]);
  await close();
});
