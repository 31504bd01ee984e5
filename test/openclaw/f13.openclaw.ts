import { afterAll, beforeAll, expect, test } from "vitest";
import { isFinal } from "../../src/loop/phase.ts";
import { readTask } from "../host/files.ts";
import { until } from "../host/until.ts";
import { quickOrFull } from "../suite-size.ts";
import { type Counts, finish, newCounts } from "./rig/check-crossing.ts";
import { Crossing, LEGS, type Leg, type Run } from "./rig/crossing.ts";
import type { Fault } from "./rig/faulty-proxy.ts";
import { OutsideHost } from "./rig/outside-process.ts";

/** Runs of each of the seven ways. */
const RUNS = quickOrFull(1, 20);
/** Milliseconds that the host outside waits for an answer; for those of the plugin nobody waits in the quick form. */
const PATIENCE = quickOrFull(4_000, 8_000);
const PLUGIN_PATIENCE = 30_000;
/** Runs for which the gateway is restarted together. */
const AT_ONCE = 10;

let crossing: Crossing;

beforeAll(async () => {
  crossing = await Crossing.create(PATIENCE);
  await crossing.start();
});

afterAll(async () => {
  await crossing?.remove();
});

type Form = Omit<Run, "job">;
type Doors = "closed" | "too many" | "wrong token" | "locked out";

function runsOf(way: string, form: (index: number) => Form): Run[] {
  return Array.from({ length: RUNS }, (_, index) => ({ job: `f13-${way}-${index}`, ...form(index) }));
}

function oneOf<T>(all: readonly T[], index: number): T {
  return all[index % all.length] as T;
}

const both = (...faults: Fault[]): Form => ({ task: faults, reply: faults });

async function runAll(counts: Counts, runs: readonly Run[]): Promise<void> {
  await crossing.begin(runs);
  await finish(crossing, counts, runs);
}

const REASONS: Record<Doors, RegExp> = {
  closed: /ECONNREFUSED/,
  "too many": /429/,
  "wrong token": /unauthorized/,
  "locked out": /too many failed/,
};

/** Nobody comes through until `why` says of all what they wait for; first there, then back. */
async function behindDoors(counts: Counts, doors: Doors, runs: readonly Run[]): Promise<void> {
  if (runs.length === 0) return;
  const jobs = runs.map(({ job }) => job);
  // The host outside locks nobody out.
  const doorsOf = (leg: Leg) => (leg === "reply" && doors === "locked out" ? "too many" : doors);
  for (const leg of LEGS) await shut(leg, doorsOf(leg));
  await crossing.begin(runs);
  for (const leg of LEGS) {
    await counts.within("why says nothing", doors, crossing.told(leg, jobs, REASONS[doorsOf(leg)]));
    await unshut(leg);
  }
  await finish(crossing, counts, runs);
}

async function shut(leg: Leg, doors: Doors): Promise<void> {
  const proxy = crossing.proxies[leg];
  if (doors === "closed") await proxy.close();
  else if (doors === "too many") proxy.doors = doors;
  else if (leg === "task") crossing.useToken("wrong");
  else proxy.doors = "wrong token";
}

async function unshut(leg: Leg): Promise<void> {
  const proxy = crossing.proxies[leg];
  if (leg === "task") crossing.useToken("right");
  if (proxy.doors === "closed") await proxy.open();
  proxy.doors = "open";
}

const error = (code: string, message: string): Fault => ({
  do: "refuse",
  error: { code, message, retryable: true, retryAfterMs: 1_000 },
});

test("F13 the gateway refuses", async () => {
  const counts = newCounts();
  const draining = error("UNAVAILABLE", "Gateway is draining for restart; new tasks are not accepted");
  const forms = [
    "closed",
    "wrong token",
    both({ do: "change", method: "agent.none" }),
    both(draining),
  ] as const;
  const formOf = (index: number) => oneOf(forms, index);
  const runs = runsOf("refused", (index) => Object(formOf(index)));
  for (const doors of ["closed", "wrong token"] as const)
    await behindDoors(
      counts,
      doors,
      runs.filter((_, index) => formOf(index) === doors),
    );
  await runAll(
    counts,
    runs.filter((_, index) => typeof formOf(index) === "object"),
  );
  counts.record("F13", "a gateway refuses: nobody listens, token, method, it shuts down", RUNS);
});

test("F13 the gateway answers after the sender's patience", async () => {
  const counts = newCounts();
  const late = (patience: number): Fault => ({ do: "late", ms: patience + 300 });
  const reply = quickOrFull({}, { reply: [late(PLUGIN_PATIENCE)] });
  await runAll(
    counts,
    runsOf("slow", (index) => ({ task: [late(PATIENCE)], ...(index % 2 === 0 ? reply : {}) })),
  );
  counts.record("F13", "a gateway is slow: the answer comes after the sender's patience", RUNS);
});

test("F13 the connection ends after the message is in", async () => {
  const counts = newCounts();
  const moments = ["answered", "accepted", "asked"] as const;
  await runAll(
    counts,
    runsOf("cut", (index) => both({ do: "cut", at: oneOf(moments, index) })),
  );
  counts.record("F13", "the connection ends when the gateway has the message: no receipt", RUNS);
});

test("F13 the receipt is lost twice", async () => {
  const counts = newCounts();
  const moments = ["answered", "accepted"] as const;
  const cut = (index: number): Fault => ({ do: "cut", at: oneOf(moments, index) });
  await runAll(
    counts,
    runsOf("twice", (index) => both(cut(index), cut(index >> 1))),
  );
  counts.record("F13", "the receipt is lost twice", RUNS);
});

test("F13 too many requests", async () => {
  const counts = newCounts();
  const limited = both(error("UNAVAILABLE", "rate limit exceeded for agent; retry after 1s"));
  const forms = ["too many", limited, "locked out"] as const;
  const formOf = (index: number) => oneOf(forms, index);
  const runs = runsOf("many", (index) => Object(formOf(index)));
  for (const doors of ["too many", "locked out"] as const)
    await behindDoors(
      counts,
      doors,
      runs.filter((_, index) => formOf(index) === doors),
    );
  await runAll(
    counts,
    runs.filter((_, index) => typeof formOf(index) === "object"),
  );
  counts.record(
    "F13",
    "a gateway takes no more for now: HTTP 429, a lockout, an error of its rate limit",
    RUNS,
  );
});

test("F13 what comes back is garbage, or comes twice", async () => {
  const counts = newCounts();
  const wrong = (id: string) => [
    '{"type":"res"',
    "[]",
    "null",
    `{"type":"res","id":"${id}","ok":"yes"}`,
    '{"type":"event","seq":-1}',
  ];
  const forms: Fault[] = [
    {
      do: "garbage",
      frames: (id) => [`{"type":"res","id":"${id}","ok":true,"payload":{"status":"ok","result":"?"}}`],
    },
    { do: "twice" },
    { do: "garbage", frames: wrong, answer: true },
    { do: "garbage", raw: Buffer.from("\xff\xfe HTTP/1.1 502 Bad Gateway\r\n\r\n", "latin1") },
    { do: "garbage", frames: () => [Buffer.from([0, 255, 1, 254])], answer: true },
  ];
  await runAll(
    counts,
    runsOf("garbage", (index) => both(oneOf(forms, index))),
  );
  counts.record("F13", "frames that are none, an answer that is none, each frame twice", RUNS);
});

test.runIf(quickOrFull(false, true))(
  "F13 the gateway is restarted in between",
  { timeout: 20 * 60_000 },
  async () => {
    const counts = newCounts();
    const moments = ["answered", "asked", "accepted"] as const;
    const runs = runsOf("restart", (index) => {
      const hold: Fault[] = [{ do: "hold", at: oneOf(moments, index) }];
      return quickOrFull<Form>({ task: hold }, { task: hold, reply: hold });
    });
    for (let begun = 0; begun < runs.length; begun += AT_ONCE) {
      const some = runs.slice(begun, begun + AT_ONCE);
      const isKilled = (begun / AT_ONCE) % 2 === 0;
      await crossing.begin(some);
      for (const leg of quickOrFull<readonly Leg[]>(["task"], LEGS)) {
        for (const { job } of some) await counts.within("stuck", job, crossing.reached(leg, job));
        await crossing.restart(isKilled);
      }
      // A turn that a kill ends is begun again; its message is not.
      await finish(crossing, counts, some, { turns: 2 });
    }
    counts.record(
      "F13",
      "a gateway is killed or stopped between a message and its receipt, and started again",
      RUNS,
    );
  },
);

/** Another mark, whatever it was. */
function spoilMark(text: string): string {
  return text.replace(/hmac-sha256-(.)/, (_, digit) => `hmac-sha256-${digit === "0" ? "1" : "0"}`);
}

/** A message that the receiver says no to, as it would say each time. */
async function refused(job: string, params: (text: string) => string, code: RegExp): Promise<void> {
  const { proxies, outside, model } = crossing;
  await crossing.begin([{ job }]);
  proxies.task.faultOf = () => ({ do: "change", message: params });
  const task = await until(() => {
    const found = crossing.taskOf(job);
    return found !== undefined && isFinal(found) ? found : undefined;
  }, `the end of ${job}`);
  expect(task).toMatchObject({ status: "failed", error: expect.stringMatching(code) });
  expect(task.subtasks.get("piece")).toMatchObject({ status: "failed", error: expect.stringMatching(code) });
  await until(() => crossing.names("task", "mailbox/outbox/pending", job).length === 0, "its withdrawal");
  // Before that a gateway that has only just started may not have heard it, or not have had anybody to take it.
  const calls = outside.calls(proxies.task.triesOf(job, "task")[0]?.message ?? "");
  expect(calls.filter(({ text }) => code.test(text))).toHaveLength(1);
  expect(crossing.names("reply", "tasks", job)).toEqual([]);
  expect(model.requests.filter(({ prompt }) => prompt.includes(`Answer ${job}.`))).toEqual([]);
}

test("F13 a TASK that can never be taken is given up at once: the giver fails with the reason", async () => {
  await refused("f13-never-0", spoilMark, /E_NOT_YOURS/);
  await refused("f13-never-1", (text) => text.replace(/^from: lead$/m, "from: stranger"), /E_UNKNOWN_AGENT/);
});

test("F13 a reply that is refused is sent again, with another key, until it is taken", async () => {
  const job = "f13-reply-0";
  const counts = newCounts();
  const runs = [
    {
      job,
      reply: [
        { do: "change", message: spoilMark },
        { do: "change", message: spoilMark },
      ] as const,
    },
  ];
  await crossing.begin(runs);
  await finish(crossing, counts, runs);
  counts.record("F13", "a reply is refused twice, as while the keys of two gateways differ", 1);
});

test("F13 a TASK that is not accepted in its time fails with the reason: a certificate that nobody here trusts", async () => {
  const { url } = crossing.proxies.reply;
  const own = { url, token: "any", ownToken: "any", key: "a key that both hosts have", patience: 20_000 };
  const other = await OutsideHost.start({ ...own, limits: { delivery: "6s" } });
  try {
    const job = await other.give("f13-away-0");
    const over = () => {
      const task = readTask(other.workspace, job);
      return task?.status === "failed" ? task : undefined;
    };
    const { error } = await until(over, "its end", 60_000);
    expect(error).toMatch(/E_UNDELIVERED: coder did not accept it within 6s \(self-signed certificate/);
  } finally {
    await other.remove();
  }
});
