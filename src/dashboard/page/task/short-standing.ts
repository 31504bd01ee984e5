import { type Standing, standingText } from "../../../view/standing-text.ts";
import type { ShownTask } from "../../api-types.ts";

/** Where it stands, without the time, which stands beside it, and without what its status says already. */
export function shortStanding(standing: ShownTask["standing"]): string {
  if (standing.state === "finished") return "";
  if (standing.state === "working") return "working";
  const { since: _, ...rest } = standing;
  return standingText(rest as Standing);
}
