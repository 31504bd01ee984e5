import { useEffect, useRef } from "preact/hooks";
import type { ShownTask } from "../../../api-types.ts";
import { Ago } from "../../parts/ago.tsx";
import { shortText } from "../../parts/format.ts";
import { AgentLink } from "../../parts/task-link.tsx";
import { formatRoute } from "../../route.ts";
import { withoutYaml } from "../without-yaml.ts";
import { LetterText } from "./letter-text.tsx";
import type { Letter, Thread } from "./threads.ts";

interface ThreadViewProps {
  thread: Thread;
  shown: ShownTask;
  message: string | undefined;
}

/** What was said about one piece of work. */
export function ThreadView({ thread, shown, message }: ThreadViewProps) {
  return (
    <section class="thread">
      <h2 dir="auto">
        {thread.title} <code class="quiet">{thread.subtask ?? thread.task ?? ""}</code>
      </h2>
      <ol>
        {thread.letters.map((letter) => (
          <LetterLine key={letter.id} letter={letter} shown={shown} isOpen={letter.id === message} />
        ))}
      </ol>
    </section>
  );
}

const KINDS: Record<Letter["kind"], string> = {
  task: "TASK",
  reply: "REPLY",
  control: "CONTROL",
  progress: "PROGRESS",
  outcome: "OUTCOME",
  asked: "ASKED",
  unreadable: "not readable",
};

interface LetterLineProps {
  letter: Letter;
  shown: ShownTask;
  isOpen: boolean;
}

function LetterLine({ letter, shown: { agent, task_id: task }, isOpen }: LetterLineProps) {
  const { id, kind, says, text, from, to, attempt = 1, time, places } = letter;
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) line.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  const route = { view: "task", agent, task, tab: "messages" } as const;
  const isDead = places.some((place) => place.isDead);
  const said = (
    <>
      <span class="letter-kind">{KINDS[kind]}</span>{" "}
      <span dir="auto">
        {shortText(says, 300)}
        {attempt > 1 ? ` (attempt ${attempt})` : ""}
      </span>
    </>
  );
  return (
    <li ref={line} class={`letter${isDead ? " dead" : ""}`}>
      {kind === "asked" ? (
        <div class="letter-line">{said}</div>
      ) : (
        <a
          class="letter-line"
          href={formatRoute(isOpen ? route : { ...route, message: id })}
          aria-expanded={isOpen}
        >
          {said}
        </a>
      )}
      <p class="quiet">
        {from === undefined ? null : <AgentLink agent={from} />}
        {to === undefined || to === from ? null : (
          <>
            {" → "}
            <AgentLink agent={to} />
          </>
        )}{" "}
        <Ago time={time} />
        {places.map(({ agent: where, place, file }) => (
          <span key={`${where}/${file}`} title={file}>
            , {place} of {where}
          </span>
        ))}
      </p>
      {text === undefined || text === says ? null : (
        <p class="said" dir="auto">
          {shortText(withoutYaml(text), 1_000)}
        </p>
      )}
      {isOpen ? <LetterText id={id} /> : null}
    </li>
  );
}
