/** The body of every message, of 2 kB, as an agent might write one. */
export const BODY =
  "Look at each route and say which of them lack a check of the caller's permissions.\n".repeat(25);
