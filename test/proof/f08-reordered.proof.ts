import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import type { ReplyMessage } from "../../src/protocol/message.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { localTransport } from "../../src/transport/local.ts";
import type { Receipt, Transport } from "../../src/transport/types.ts";
import { faultsOf } from "../host/files.ts";
import { until } from "../host/until.ts";
import { quickOrFull } from "../suite-size.ts";
import { AGENTS, copyOf, FAILS_ONCE, GatedTeam } from "./gated-team.ts";
import { Tally } from "./tally.ts";

const CASES = quickOrFull(6, 20);
const FAULTS = ["lost", "twice", "taken", "stuck", "crashed", "inconsistent"] as const;
type Counts = Tally<(typeof FAULTS)[number]>;

test(`F8 the reply is there before the sender knows that its task was accepted: ${CASES} times`, async () => {
  const team = new GatedTeam();
  const tally = new Tally(FAULTS);
  const jobs = Array.from({ length: CASES }, (_, n) => `early-${n}`);
  const transport = new HeldReceipts(team.root);
  const worker = await hostOf(team, "worker");
  let lead = await hostOf(team, "lead", transport);
  team.host = lead;
  // Of half of them the reply comes while their sender is down.
  const first = jobs.slice(0, CASES / 2);
  for (const job of jobs) team.drop(team.job(job));
  for (const job of jobs) await tally.within("stuck", job, team.working(job));
  for (const job of first) team.letGo(job);
  const pending = join(team.mailbox("lead", "outbox"), "pending");
  const isPending = (job: string) => readdirSync(pending).some((name) => name.startsWith(`task-${job}.`));
  for (const job of first) await tally.within("stuck", job, lead.finished("lead", job));
  expect(jobs.filter(isPending)).toEqual(jobs);
  await lead.stop();
  for (const job of jobs) team.letGo(job);
  for (const job of jobs) await tally.within("stuck", job, worker.finished("worker", `${job}.work`));
  await until(() => readdirSync(team.mailbox("lead", "inbox")).length >= jobs.length - first.length);
  transport.letGo();
  lead = await hostOf(team, "lead");
  team.host = lead;
  for (const job of jobs) await tally.within("stuck", job, lead.finished("lead", job));
  await tally.within(
    "stuck",
    "receipts",
    until(() => readdirSync(pending).length === 0, "receipts"),
  );
  await tally.within("stuck", "inboxes", team.quiet());
  tally.check("crashed", (lead.error ?? worker.error) === undefined, `${lead.error ?? worker.error}`);
  await Promise.all([lead.stop(), worker.stop()]);
  for (const job of jobs) {
    tally.check("twice", team.calls("worker", "consider", `${job}.work`) === 1, `work on ${job}`);
    const replies = team.repliesToPerson(job).map(({ body }) => body.results);
    tally.check("lost", replies.length === 1 && replies[0] === `with did job ${job}`, `${job}: ${replies}`);
    tally.add("taken, its receipt later");
  }
  finish(team, tally, "a reply before the receipt of its task, half of them over a restart of the sender");
});

test(`F8 replies to a job that was cancelled: ${CASES} times`, async () => {
  const { team, tally, jobs } = await atWork("cancelled");
  for (const job of jobs) {
    const head = { ...team.fromPerson("lead", job), id: `h-${job}-cancel` };
    team.drop(copyOf({ ...head, type: "control", control: "cancel", body: { text: "enough" } }));
  }
  for (const job of jobs) await tally.within("stuck", job, team.host.finished("lead", job));
  await sendFalse(
    team,
    tally,
    jobs.map((job) => falseReply(team, job)),
  );
  for (const job of jobs) expectState(team, tally, job, "cancelled");
  await end(team, tally, jobs, "a reply to a job that was cancelled");
});

test(`F8 replies to nothing that is known: ${CASES} times`, async () => {
  const { team, tally, jobs } = await atWork("known");
  const unknown = jobs.map((job, n) => {
    const reply = falseReply(team, job);
    const { subtask_id: _, ...whole } = reply;
    const forms: ReplyMessage[] = [
      { ...reply, task_id: `no-${job}` },
      { ...reply, subtask_id: "other" },
      whole,
      { ...reply, from: "stranger" },
    ];
    return forms[n % forms.length] as ReplyMessage;
  });
  await sendFalse(team, tally, unknown);
  for (const job of jobs) team.letGo(job);
  for (const job of jobs) await tally.within("stuck", job, team.host.finished("lead", job));
  for (const job of jobs) expectState(team, tally, job, "done");
  await end(
    team,
    tally,
    jobs,
    "a reply of an unknown task or subtask, of none, of an agent that was not asked",
  );
});

test(`F8 replies to a job that is finished: ${CASES} times`, async () => {
  const { team, tally, jobs } = await atWork("finished");
  for (const job of jobs) team.letGo(job);
  for (const job of jobs) await tally.within("stuck", job, team.host.finished("lead", job));
  await team.quiet();
  if (CASES > 10) await team.restart();
  await sendFalse(
    team,
    tally,
    jobs.map((job) => falseReply(team, job)),
  );
  for (const job of jobs) expectState(team, tally, job, "done");
  await end(team, tally, jobs, "another reply to a job that is finished");
});

test(`F8 replies of an attempt that another has taken the place of: ${CASES} times`, async () => {
  const { team, tally, jobs } = await atWork("attempts", FAILS_ONCE);
  await sendFalse(
    team,
    tally,
    jobs.map((job) => falseReply(team, job)),
  );
  for (const job of jobs) {
    const work = team.host.task("lead", job)?.subtasks.get("work");
    tally.check("taken", work?.status === "dispatched" && work.attempt === 2, `${job}: ${work?.status}`);
    team.letGo(job);
  }
  for (const job of jobs) await tally.within("stuck", job, team.host.finished("lead", job));
  for (const job of jobs) {
    tally.check("twice", team.calls("worker", "consider", `${job}.work_2`) === 1, `attempt 2 of ${job}`);
    expectState(team, tally, job, "done", `${FAILS_ONCE} ${job}`);
  }
  await end(team, tally, jobs, "a reply of the attempt before, while the next is at work");
});

/** Jobs whose worker is at work, or at its second attempt where the first fails. */
async function atWork(prefix: string, instructions = "job") {
  const team = await new GatedTeam().start();
  const tally: Counts = new Tally(FAULTS);
  const jobs = Array.from({ length: CASES }, (_, n) => `${prefix}-${n}`);
  for (const job of jobs) team.drop(team.job(job, `${instructions} ${job}`));
  const local = (job: string) => (instructions === FAILS_ONCE ? `${job}.work_2` : `${job}.work`);
  for (const job of jobs)
    await until(() => team.calls("worker", "consider", local(job)) > 0, `work on ${job}`);
  return { team, tally, jobs };
}

let made = 0;

/** In all of its forms: it says that it is done, or failed, or cancelled. */
function falseReply(team: GatedTeam, job: string): ReplyMessage {
  const status = (["done", "failed", "cancelled"] as const)[made++ % 3] ?? "done";
  const at = new Date(team.wall).toISOString();
  return {
    ...team.fromPerson("lead", job),
    id: `false-${made}`,
    from: "worker",
    subtask_id: "work",
    type: "reply",
    status,
    completed_at: at,
    body: {
      results: status === "done" ? "false results" : "",
      error: status === "done" ? "" : "E_BRAIN: a false error",
      partial: "",
    },
  };
}

/** Each is handled, and lies in one place afterwards. */
async function sendFalse(team: GatedTeam, tally: Counts, replies: readonly ReplyMessage[]): Promise<void> {
  const off = team.host.on((event) => {
    if (event.type === "message:ignored") tally.add(`ignored as ${event.note.split(":")[0]}`);
  });
  for (const reply of replies) team.drop(copyOf(reply));
  await tally.within("stuck", "inboxes", team.quiet());
  off();
  const kept = [...team.messages("lead", "archive"), ...team.messages("lead", "dead")];
  for (const { id, task_id } of replies) {
    const places = kept.filter(({ message }) => message.id === id);
    tally.check("lost", places.length === 1, `${id} of ${task_id}: ${places.map(({ path }) => path)}`);
  }
}

function expectState(
  team: GatedTeam,
  tally: Counts,
  job: string,
  status: string,
  instructions = `job ${job}`,
): void {
  const task = team.host.task("lead", job);
  tally.check("taken", task?.status === status, `${job} is ${task?.status}`);
  const text = JSON.stringify([task?.text, [...(task?.subtasks ?? [])]]);
  tally.check("taken", !text.includes("false "), `${job}: ${text}`);
  if (status === "done")
    tally.check("taken", task?.text.output === `with did ${instructions}`, `${job}: ${task?.text.output}`);
}

async function end(team: GatedTeam, tally: Counts, jobs: readonly string[], what: string): Promise<void> {
  await tally.within("stuck", "inboxes", team.quiet());
  tally.check("crashed", team.host.error === undefined, `${team.host.error}`);
  await team.host.stop();
  for (const job of jobs) {
    const replies = team.repliesToPerson(job);
    tally.check("twice", replies.length === 1, `${job}: ${replies.length} replies to the person`);
  }
  finish(team, tally, what);
}

function finish(team: GatedTeam, tally: Counts, what: string): void {
  const findings = faultsOf(team.root, AGENTS);
  tally.check("inconsistent", findings.length === 0, JSON.stringify(findings));
  tally.record("F8", what, CASES);
}

/** Delivers at once and keeps the receipts. */
class HeldReceipts implements Transport {
  readonly #inner: Transport;
  #release = () => {};
  readonly #released = new Promise<void>((resolve) => {
    this.#release = resolve;
  });

  constructor(root: string) {
    const others = new Map(AGENTS.map((agent) => [agent, join(root, agent)] as const));
    this.#inner = localTransport(nodeDisk(), others);
  }

  reaches(agent: string): boolean {
    return this.#inner.reaches(agent);
  }

  async deliver(parcel: Parameters<Transport["deliver"]>[0]): Promise<Receipt> {
    const receipt = await this.#inner.deliver(parcel);
    await this.#released;
    return receipt;
  }

  letGo(): void {
    this.#release();
  }
}

async function hostOf(team: GatedTeam, only: "lead" | "worker", transport?: Transport): Promise<Host> {
  const host = await createHost({
    root: team.root,
    only: [only],
    durability: "os",
    limits: { brains: 100 },
    agents: {
      lead: { brain: team.lead, peers: ["worker"], concurrency: 100 },
      worker: { brain: team.worker, concurrency: 100 },
    },
    rescan: 500,
    ...(transport === undefined ? {} : { ports: { transports: [transport] } }),
  });
  onTestFinished(() => host.stop());
  await host.start();
  await until(() => existsSync(team.mailbox(only, "inbox")));
  return host;
}
