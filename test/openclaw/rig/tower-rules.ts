import { plans, says } from "./model-answer.ts";

/** A job of two levels: lead splits "Build the tower", coder does the one piece, lead puts the answer together. */
export const TOWER_RULES = [
  {
    agent: "lead",
    prompt: "Build the tower",
    answer: plans({
      base: { agent: "coder", description: "The base", instructions: "Lay it.", depends_on: [] },
    }),
  },
  { agent: "coder", prompt: "Lay it", answer: says("It lies.") },
  { agent: "lead", prompt: "whose pieces are finished", answer: says("The tower stands, for it lies.") },
];
