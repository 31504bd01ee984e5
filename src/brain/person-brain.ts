import { internal } from "../protocol/errors.ts";
import type { Brain } from "./types.ts";

/** A person: the task waits for an `outcome` message, nothing is asked. */
export function personBrain(name: string): Brain {
  return {
    kind: "person",
    person: name,
    ask: () => Promise.reject(internal(`a person is not asked as a program is: ${name}`)),
  };
}
