import { type Standing as StandingOf, standingText } from "../../../view/standing-text.ts";
import type { Status } from "../../api-types.ts";
import { Ago } from "./ago.tsx";
import { cutText } from "./format.ts";

const LONGEST = 200;

/** As commands print it. */
export type ShownStanding = Status["running"][number]["standing"];

/** Where work stands, in the words of the command line, and since when. */
export function Standing({ standing }: { standing: ShownStanding }) {
  const { since, ...rest } = standing;
  const text = standingText(rest as StandingOf);
  const cut = cutText(text, LONGEST);
  return (
    <span class="standing" dir="auto" title={cut === text ? undefined : text}>
      {cut}
      {cut === text ? "" : "…"}
      {since === undefined ? null : (
        <span class="quiet">
          {" "}
          · <Ago time={since} />
        </span>
      )}
    </span>
  );
}
