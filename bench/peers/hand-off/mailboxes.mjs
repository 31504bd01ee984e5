import * as clawflow from "./clawflow.mjs";
import * as floor from "./floor.mjs";
import * as jsonArray from "./json-array.mjs";
import * as sqlite from "./sqlite.mjs";

/**
 * Each: `name`, `durability`; `manyFiles` where a full mailbox takes long to make; `prepare(folder, stored)` makes both mailboxes with so many messages that were handled, and gives what the two
 * processes need; `receive(place)` answers from then on; `ask(place, writers, trips)` asks until the trips are over.
 */
export const MAILBOXES = { clawflow, floor, "json-array": jsonArray, sqlite };
