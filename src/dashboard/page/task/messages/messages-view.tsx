import { useMemo, useState } from "preact/hooks";
import type { Log, ShownTask, Tree } from "../../../api-types.ts";
import { Empty } from "../../parts/empty.tsx";
import { countText } from "../../parts/format.ts";
import { ThreadView } from "./thread-view.tsx";
import { keyOfWork, nearnessOf, type Thread, threadsOf, worksOf } from "./threads.ts";

interface MessagesViewProps {
  shown: ShownTask;
  log: Log;
  tree: Tree | undefined;
  /** The one that is open, by the address. */
  message: string | undefined;
}

const FIRST = 30;

/** Everything that was said, by the work that it is about. */
export function MessagesView({ shown, log, tree, message }: MessagesViewProps) {
  const { task_id, reply_to } = shown;
  const [isAll, setAll] = useState(false);
  const [most, setMost] = useState(FIRST);
  const { task_id: giver, subtask_id } = reply_to;
  const threads = useMemo(
    () => threadsOf(log, tree === undefined ? new Map() : worksOf(tree, keyOfWork(giver, subtask_id))),
    [log, tree, giver, subtask_id],
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
        <ThreadView key={thread.key} thread={thread} shown={shown} message={message} />
      ))}
      {listed.length < shownThreads.length ? (
        <button type="button" onClick={() => setMost(most * 4)}>
          Show {countText(shownThreads.length - listed.length, "more thread")}
        </button>
      ) : null}
    </>
  );
}
