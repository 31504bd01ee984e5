import { fc, test as property } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { seededRandom } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";
import { taskFrom } from "./letters.ts";
import { expectAtRest, Network } from "./network.ts";
import { brainOf, type Script, stations, tree } from "./tree.ts";

interface Disorder {
  seed: number;
  duplicates: number;
  restarts: number;
  pauses?: number;
}

const disorder: fc.Arbitrary<Disorder> = fc.record({
  seed: fc.nat(),
  duplicates: fc.constantFrom(0, 20, 60),
  restarts: fc.constantFrom(0, 0, 3, 10),
});

function run(script: Script, how?: Disorder): Network {
  const network = new Network({
    stations: stations(),
    brain: brainOf(script),
    ...(how === undefined ? {} : { ...how, random: seededRandom(how.seed) }),
  });
  network.send(taskFrom("human", { to: "a0", instructions: "0" }));
  network.run();
  expectAtRest(network);
  return network;
}

describe("a network of loops", () => {
  property.prop([tree({ reliable: true }), disorder], { numRuns: quickOrFull(40, 400) })(
    "gives the results of the undisturbed run, in whatever order messages, repeats, answers and restarts come",
    (script, how) => {
      const [expected] = run(script).replies;
      const { replies } = run(script, how);
      expect(replies).toHaveLength(1);
      expect(replies[0]?.status).toBe("done");
      expect(replies[0]?.body).toEqual(expected?.body);
    },
  );

  property.prop([tree({ reliable: true }), disorder, fc.constantFrom(5, 30)], {
    numRuns: quickOrFull(40, 400),
  })(
    "gives the same results when a person pauses this and that, which passes down, and lets it go on",
    (script, how, pauses) => {
      const [expected] = run(script).replies;
      const network = run(script, { ...how, pauses });
      expect(network.replies.map(({ body }) => body)).toEqual([expected?.body]);
    },
  );

  property.prop([tree(), disorder], { numRuns: quickOrFull(40, 400) })(
    "ends with one reply of the same status when work fails for good, in whatever order",
    (script, how) => {
      const [expected] = run(script).replies;
      const { replies } = run(script, how);
      expect(replies).toHaveLength(1);
      expect(replies[0]?.status).toBe(expected?.status);
    },
  );
});
