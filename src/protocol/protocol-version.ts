import { ClawflowError } from "./errors.ts";
import { foundText } from "./plain-value.ts";

/** The version of the protocol that is written. */
export const VERSION = 2;

/** The version that the field `clawflow` says; without it a text is of version 1. @throws E_VERSION, E_FIELD */
export function protocolVersion(clawflow: unknown): 1 | 2 {
  if (clawflow === undefined || clawflow === null) return 1;
  if (clawflow === VERSION) return VERSION;
  const isHigher = typeof clawflow === "number" && clawflow > VERSION;
  throw new ClawflowError(
    isHigher ? "E_VERSION" : "E_FIELD",
    isHigher ? "a later version of the protocol" : "not a version of the protocol",
    { at: "clawflow", expected: `${VERSION}, or no such field in version 1`, found: foundText(clawflow) },
  );
}
