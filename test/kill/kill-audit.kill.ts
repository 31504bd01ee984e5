import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { taskOfPerson } from "../../src/host/submit.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { makeWorkspace } from "../../src/store/make-workspace.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { faultsOf, replyNow } from "../host/files.ts";
import { type HostProcess, up } from "../host/host-process.ts";
import { processesOf } from "../host/processes.ts";
import { until } from "../host/until.ts";
import { recordProof } from "../proof/record-proof.ts";
import { type Random, seededRandom, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";

const TEAM = fileURLToPath(new URL("../../examples/repo-audit/team.yaml", import.meta.url));
const AGENTS = ["lead", "surveyor", "inspector", "writer"];
const KILLS = quickOrFull(8, 200);
/** More than that in one audit would leave it no time to come to its later stages. */
const KILLS_AN_AUDIT = 8;
const FILES = 150;

test(`kill -9 of the host at ${KILLS} random moments of an audit changes nothing`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-kill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
  const random = seededRandom(seed);
  console.log(`seed ${seed}`);
  const subject = makeSubject(join(folder, "subject"));

  const undisturbed = await audit(join(folder, "undisturbed"), subject, async (trial) => {
    await trial.start();
  });
  expect(undisturbed.report).toContain(`${FILES} files`);
  const sum = { audits: 0, kills: 0, restarts: 0 };
  while (sum.kills < KILLS) {
    const most = Math.min(KILLS_AN_AUDIT, KILLS - sum.kills);
    const killed = await audit(join(folder, `audit-${sum.audits}`), subject, (trial) =>
      killAtRandom(trial, random, most, undisturbed.took, sum),
    );
    sum.audits++;
    expect({ ...killed, took: 0 }, `audit ${sum.audits} of seed ${seed}`).toEqual({
      ...undisturbed,
      took: 0,
    });
  }
  console.log(`undisturbed ${Math.round(undisturbed.took)} ms`);
  recordProof({
    fault: "F3",
    what: "kill -9 of the host at random moments of an audit of 150 files by four agents",
    cases: sum.kills,
    counts: { audits: sum.audits, "reports that differ": 0, "found by verify": 0, "processes left": 0 },
  });
});

interface Trial {
  host: HostProcess | undefined;
  start(): Promise<void>;
  reply(): ReturnType<typeof replyNow>;
}

/** Runs one audit, whatever is done to its host meanwhile, and looks at what it left. */
async function audit(folder: string, subject: string, run: (trial: Trial) => Promise<void>) {
  const root = join(folder, "agents");
  const report = join(folder, "AUDIT.md");
  mkdirSync(root, { recursive: true });
  const text = `Audit ${subject}\n\nFolder: ${subject}\nReport: ${report}\n`;
  const message = taskOfPerson("lead", { instructions: text }, new Date().toISOString());
  await makeWorkspace(nodeDisk(), join(root, "lead"));
  const delivery = { name: messageFileName(message), bytes: Buffer.from(formatMessage(message)) };
  await deliverInto(nodeDisk(), join(root, "lead"), delivery, { sync: true });

  const begun = performance.now();
  const trial: Trial = {
    host: undefined,
    async start() {
      this.host = up({ root, team: TEAM });
      await this.host.started;
    },
    reply: () => replyNow(join(root, "lead"), message.task_id),
  };
  await run(trial);
  const reply = await until(trial.reply, "the answer");
  const took = performance.now() - begun;
  trial.host?.kill("SIGTERM");
  expect(await trial.host?.ended).toBe(0);
  expect(faultsOf(root, AGENTS)).toEqual([]);
  await until(() => processesOf(root).length === 0, `the end of ${processesOf(root).join("\n")}`);
  const answer = reply.body.results.replaceAll(report, "REPORT");
  const result = { status: reply.status, answer, report: readFileSync(report, "utf8"), took };
  rmSync(folder, { recursive: true });
  return result;
}

/** The last start is not killed, so that it can finish. */
async function killAtRandom(
  trial: Trial,
  random: Random,
  most: number,
  took: number,
  sum: { kills: number },
): Promise<void> {
  for (let kills = 0; kills < most && trial.reply() === undefined; kills++) {
    const starting = trial.start().catch(() => {});
    // Early ones meet the start itself, with its replay; late ones the end of the audit.
    await pause(upTo(random, took / 2));
    trial.host?.kill("SIGKILL");
    await starting;
    await trial.host?.ended;
    sum.kills++;
  }
  await trial.start();
}

/** A small repository that has something of everything that the audit looks for. */
function makeSubject(folder: string): string {
  for (let n = 0; n < FILES; n++) {
    const path = join(folder, `part-${n % 6}`, `area-${n % 3}`);
    mkdirSync(path, { recursive: true });
    const lines = [`export const value${n % 20} = ${n % 20};`, n % 7 === 0 ? "// TODO: say why" : "// plain"];
    if (n % 10 === 0) writeFileSync(join(path, `page-${n}.md`), `# Page ${n}\n\n[gone](./nowhere-${n}.md)\n`);
    else writeFileSync(join(path, `file-${n}.ts`), `${lines.join("\n")}\n`.repeat(20));
  }
  return folder;
}
