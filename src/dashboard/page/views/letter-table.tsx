import type { Inbox } from "../../api-types.ts";
import { Ago } from "../parts/ago.tsx";
import { shortText } from "../parts/format.ts";
import { MoreList } from "../parts/more-list.tsx";
import { AgentLink, TaskLink } from "../parts/task-link.tsx";
import { taskOfLetter } from "./task-of-letter.ts";

export type Letter = Inbox["waiting"][number];

const LONGEST = 160;

export function LetterTable({
  agent,
  letters,
  caption,
}: {
  agent: string;
  letters: readonly Letter[];
  caption: string;
}) {
  return (
    <MoreList items={letters} most={20} one="message">
      {(shown) => (
        <table class="tasks letters">
          <caption class="sr">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">Message</th>
              <th scope="col">From</th>
              <th scope="col">Task</th>
              <th scope="col">About</th>
              <th scope="col">When</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((letter) => (
              <tr key={letter.file}>
                <th scope="row">{letter.type ?? "not readable"}</th>
                <td>{letter.from === undefined ? "" : <AgentLink agent={letter.from} />}</td>
                <td>
                  <LetterTask agent={agent} letter={letter} />
                </td>
                <td dir="auto" title={letter.error ?? letter.about}>
                  {letter.type === "reply" && letter.subtask !== undefined ? (
                    <>
                      <code class="quiet">{letter.subtask}</code>{" "}
                    </>
                  ) : null}
                  {shortText(letter.error ?? letter.about ?? "", LONGEST)}
                </td>
                <td class="time">{letter.sent_at === undefined ? "" : <Ago time={letter.sent_at} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </MoreList>
  );
}

function LetterTask({ agent, letter }: { agent: string; letter: Letter }) {
  const task = taskOfLetter(letter);
  if (task === undefined) return <code>{letter.file}</code>;
  const { message } = letter;
  return (
    <TaskLink
      agent={agent}
      task={task}
      tab={message === undefined ? "overview" : "messages"}
      {...(message === undefined ? {} : { message })}
    />
  );
}
