import * as bullmq from "./bullmq.mjs";
import * as clawflow from "./clawflow.mjs";
import * as jsonArray from "./json-array.mjs";
import * as sqlite from "./sqlite.mjs";

/**
 * Each: `name`, `about`; `open(folder)` gives what the two processes need as `place`, and looks from outside: `unreadable()` counts what
 * cannot be read, `answers()` gives the ids of messages that have one, as often as they have; `ended()` says what is left at the end; `writer(place)` gives `send(id)`; `consume(place, handle)` handles messages one
 * after the other from then on.
 */
export const SYSTEMS = { clawflow, "json-array": jsonArray, sqlite, bullmq };
