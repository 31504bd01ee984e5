import type { Expected } from "./check-job.ts";

/** So long that half of a message is not all but its end. */
const PADDING = "x".repeat(3000);
const say = (name: string) => `r:${name} ${PADDING}`;

/**
 * Work of an agent with two others: two pieces, the second of which builds on the first. Each takes so long that its host comes to rest
 * meanwhile.
 */
export const SPLIT_JOB: { order: object; expected: Expected } = {
  order: {
    split: {
      one: { agent: "a", do: { say: say("one"), ms: 40 } },
      two: { agent: "b", do: { say: say("two"), ms: 40 }, after: ["one"] },
    },
  },
  expected: {
    answer: `[one=${say("one")}; two=${say("two")}(r:one)]`,
    tasks: {
      lead: { count: 1, kinds: ["consider", "synthesise"] },
      a: { count: 1, kinds: ["consider"] },
      b: { count: 1, kinds: ["consider"] },
    },
  },
};

/** Its team in one process, and in two. */
export const ONE_HOST = { all: { lead: ["a", "b"], a: [], b: [] } };
export const TWO_HOSTS = { lead: { lead: ["a", "b"] }, peers: { a: [], b: [] } };
