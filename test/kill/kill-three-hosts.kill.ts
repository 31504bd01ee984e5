import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { processesOf } from "../host/processes.ts";
import { Rig } from "../host/rig.ts";
import { until } from "../host/until.ts";
import { recordProof } from "../proof/record-proof.ts";
import { pick, seededRandom, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";

const KILLS = quickOrFull(5, 50);
const KILLS_A_JOB = 5;
const MEMBERS = {
  alpha: { peers: ["bravo"] },
  bravo: { peers: ["quentin"], concurrency: 2 },
  quentin: { concurrency: 2 },
};

const step = (name: string) => ({ say: `r:${name}`, ms: 200 });
const WORK = {
  split: {
    one: { do: { split: { a: { do: step("a") }, b: { do: step("b"), after: ["a"] } } } },
    two: { do: { split: { c: { do: step("c") }, d: { do: step("d") } } }, after: ["one"] },
  },
};
const ANSWER = "[one=[a=r:a; b=r:b(r:a)]; two=[c=r:c; d=r:d]]";

test(`three hosts that hand work down: kill -9 of any of them, ${KILLS} times`, async () => {
  const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
  const random = seededRandom(seed);
  console.log(`seed ${seed}`);
  let kills = 0;
  let jobs = 0;
  while (kills < KILLS) {
    const rig = await new Rig("a process each", MEMBERS).start();
    try {
      const id = await rig.give("alpha", WORK);
      for (let n = 0; n < KILLS_A_JOB && kills < KILLS; n++) {
        await pause(upTo(random, 800));
        await rig.restartOne(pick(random, rig.hosts), "SIGKILL");
        kills++;
      }
      jobs++;
      expect((await rig.answer("alpha", id)).body.results, `job ${jobs} of seed ${seed}`).toBe(ANSWER);
      await rig.clean();
      await rig.stop();
      expect(rig.faults()).toEqual([]);
      await until(() => processesOf(rig.folder).length === 0, "the end of all brains");
    } finally {
      await rig.remove();
    }
  }
  recordProof({
    fault: "F3",
    what: "kill -9 of any of three hosts that hand work down three levels",
    cases: kills,
    counts: { jobs, "answers that differ": 0, "found by verify": 0, "processes left": 0 },
  });
});
