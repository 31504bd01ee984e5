import { useEffect, useState } from "preact/hooks";
import { type Live, useLive } from "../live.ts";
import { Ago } from "./ago.tsx";

/** A stream that is taken up at once is nothing to speak of. Milliseconds. */
const PATIENCE = 1500;

/** Says that what is shown does not follow the files now, since when, and what to do. */
export function Connection() {
  const live = useLive();
  const isLost = useLasting(live.state === "away" || live.state === "locked");
  return (
    <div role="status" class="connection">
      {isLost && "since" in live ? <Lost live={live} /> : null}
    </div>
  );
}

function Lost({ live }: { live: Extract<Live, { since: string }> }) {
  return (
    <p class="lost">
      {live.state === "locked" ? (
        <>
          The dashboard was started anew and does not know this browser. <code>clawflow dashboard</code> gives
          a new link; once it is opened, this page goes on too.
        </>
      ) : (
        <>
          The dashboard does not answer. If it was stopped, start it again: <code>clawflow dashboard</code>.
          This page goes on by itself.
        </>
      )}{" "}
      <span class="quiet">
        What you see is as it was <Ago time={live.since} />; the agents do not need the dashboard.
      </span>
    </p>
  );
}

function useLasting(is: boolean): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    setLasts(false);
    if (!is) return;
    const timer = setTimeout(() => setLasts(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [is]);
  return lasts && is;
}
