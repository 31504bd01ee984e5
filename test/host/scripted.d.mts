import type { BrainFunction } from "../../src/brain/function-brain.ts";

declare const answer: BrainFunction;
export default answer;
