import { useMemo, useState } from "preact/hooks";
import type { Log, Report, ShownTask } from "../../../api-types.ts";
import { lookUrl } from "../../api.ts";
import { useLook } from "../../live.ts";
import { Empty } from "../../parts/empty.tsx";
import { countText } from "../../parts/format.ts";
import { ThreadView } from "./thread-view.tsx";
import { nearnessOf, type Thread, threadsOf } from "./threads.ts";

interface MessagesViewProps {
  shown: ShownTask;
  log: Log;
  /** The one that is open, by the address. */
  message: string | undefined;
}

const FIRST = 30;

/** Everything that was said, by the work that it is about. */
export function MessagesView({ shown, log, message }: MessagesViewProps) {
  const { agent, task_id, reply_to } = shown;
  const [isAll, setAll] = useState(false);
  const [most, setMost] = useState(FIRST);
  const threads = useMemo(() => threadsOf(log), [log]);
  const report = useLook<Report>(lookUrl("report", [task_id], { agent })).value;
  const texts = useMemo(
    () => new Map(report?.decisions.map(({ message: id, text }) => [id, text])),
    [report],
  );
  const isNamed = (thread: Thread) => thread.letters.some(({ id }) => id === message);
  const near = threads.filter(
    (thread) => isNamed(thread) || nearnessOf(thread, task_id, reply_to) !== "below",
  );
  const shownThreads = isAll ? threads : near;
  const listed = shownThreads.filter((thread, place) => place < most || isNamed(thread));
  const letters = shownThreads.reduce((sum, thread) => sum + thread.letters.length, 0);
  if (threads.length === 0) return <Empty>No message of it is here.</Empty>;
  return (
    <>
      <p class="quiet">
        {countText(letters, "message")} in {countText(shownThreads.length, "thread")}.{" "}
        {near.length < threads.length ? (
          <label>
            <input
              type="checkbox"
              checked={isAll}
              onChange={({ currentTarget }) => setAll(currentTarget.checked)}
            />{" "}
            those of all tasks below as well
          </label>
        ) : null}
      </p>
      {listed.map((thread) => (
        <ThreadView key={thread.key} thread={thread} shown={shown} message={message} texts={texts} />
      ))}
      {listed.length < shownThreads.length ? (
        <button type="button" onClick={() => setMost(most * 4)}>
          Show {countText(shownThreads.length - listed.length, "more thread")}
        </button>
      ) : null}
    </>
  );
}
