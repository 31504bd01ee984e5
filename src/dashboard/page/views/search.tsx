import type { Search } from "../../api-types.ts";
import { lookUrl } from "../api.ts";
import { useLook } from "../live.ts";
import { Ago } from "../parts/ago.tsx";
import { Empty, Loading } from "../parts/empty.tsx";
import { ErrorBox } from "../parts/error-box.tsx";
import { countText } from "../parts/format.ts";
import { Marked } from "../parts/marked.tsx";
import { MoreList } from "../parts/more-list.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { AgentLink, TaskLink } from "../parts/task-link.tsx";
import { useTitle } from "../parts/title.ts";

/** Tasks, messages and results in which the words occur. */
export function SearchView({ query }: { query: string }) {
  const isEmpty = query.trim() === "";
  useTitle(isEmpty ? "Search" : `Search: ${query}`);
  return (
    <>
      <h1 dir="auto">{isEmpty ? "Search" : `Search: ${query}`}</h1>
      {isEmpty ? (
        <Empty>Write above what to look for, in tasks, messages and results.</Empty>
      ) : (
        <Found query={query} />
      )}
    </>
  );
}

function Found({ query }: { query: string }) {
  const { value, error, again } = useLook<Search>(lookUrl("search", [query]));
  if (value === undefined)
    return error === undefined ? <Loading /> : <ErrorBox error={error} again={again} />;
  const { found, words, more } = value;
  if (found.length === 0) return <Empty>Nothing has all of these words.</Empty>;
  return (
    <>
      <p role="status">
        {countText(found.length, "place")}
        {more ? ", and older ones that are not shown: say more of what you look for" : ""}, the newest first.
      </p>
      <MoreList items={found} most={40} one="place">
        {(shown) => (
          <ul class="found">
            {shown.map((hit) => (
              <li key={`${hit.agent} ${hit.file} ${hit.field}`}>
                <Hit hit={hit} words={words} />
              </li>
            ))}
          </ul>
        )}
      </MoreList>
    </>
  );
}

function Hit({ hit, words }: { hit: Search["found"][number]; words: readonly string[] }) {
  const { kind, agent, task_id, message, type, title, status, time, field, excerpt, file } = hit;
  return (
    <article>
      <h2>
        {task_id === undefined ? (
          <code>{file}</code>
        ) : (
          <TaskLink
            agent={agent}
            task={task_id}
            title={title ?? (kind === "message" ? `${type ?? "message"}: ${task_id}` : undefined)}
            tab={message === undefined ? "overview" : "messages"}
            {...(message === undefined ? {} : { message })}
          />
        )}
      </h2>
      <p class="quiet">
        {status === undefined ? null : <StatusBadge status={status} />} {kind === "task" ? "task" : "message"}{" "}
        of <AgentLink agent={agent} />, {field}
        {time === "" ? null : (
          <>
            {" "}
            · <Ago time={time} />
          </>
        )}
      </p>
      <p class="excerpt" dir="auto">
        <Marked text={excerpt} words={words} />
      </p>
    </article>
  );
}
