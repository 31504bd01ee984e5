import { durationText } from "../../parts/format.ts";
import { shownStatus, signOf, toneOf, wordOf } from "../../parts/status-look.ts";
import { TaskLink } from "../../parts/task-link.tsx";
import { formatRoute } from "../../route.ts";
import { type Bar, type Span, totalOf } from "./timeline-bars.ts";

interface TimelineRowProps {
  bar: Bar;
  from: number;
  length: number;
}

/** A task in time: what it is, its bar, and the same in words. */
export function TimelineRow({ bar, from, length }: TimelineRowProps) {
  const { node, depth, held, inbox, open, thinking, marks } = bar;
  const tone = toneOf(shownStatus(node.status, node.standing));
  const place = ({ from: start, to }: Span) => ({
    left: `${((start - from) / length) * 100}%`,
    width: `${(Math.max(0, to - start) / length) * 100}%`,
  });
  return (
    <li class={`timeline-row tone-${tone}`}>
      <div class="timeline-name" style={{ "--depth": Math.min(depth, 6) }}>
        <span class="sign" aria-hidden="true">
          {signOf(tone)}
        </span>{" "}
        {node.task_id === undefined ? (
          <span dir="auto">{node.title}</span>
        ) : (
          <TaskLink agent={node.agent} task={node.task_id} title={node.title} tab="timeline" />
        )}{" "}
        <span class="quiet">{node.agent}</span>
      </div>
      <div class="timeline-bar" title={wordsOf(bar)}>
        {held === undefined ? null : <span class="held" style={place(held)} />}
        {open === undefined ? null : <span class="open" style={place(open)} />}
        {inbox === undefined ? null : <span class="inbox" style={place(inbox)} />}
        {thinking.map((span) => (
          <span key={span.from} class="thinking" style={place(span)} />
        ))}
        {marks.map(({ at, kind, text, message }) => {
          const style = { left: `${((at - from) / length) * 100}%` };
          const key = `${at}${kind}${message ?? text}`;
          return message === undefined || node.task_id === undefined ? (
            <span key={key} class={`mark mark-${kind}`} style={style} title={text} />
          ) : (
            <a
              key={key}
              class={`mark mark-${kind}`}
              style={style}
              title={text}
              href={formatRoute({
                view: "task",
                agent: node.agent,
                task: node.task_id,
                tab: "messages",
                message,
              })}
            >
              <span class="sr">{`${kind}: ${text}`}</span>
            </a>
          );
        })}
      </div>
      <p class="timeline-words">{wordsOf(bar)}</p>
    </li>
  );
}

function wordsOf({ node, held, inbox, open, isOver, thinking, marks }: Bar): string {
  const parts = [wordOf(shownStatus(node.status, node.standing))];
  const of = (span: Span | undefined) => (span === undefined ? 0 : span.to - span.from);
  if (held !== undefined) parts.push(`not sent for ${durationText(of(held))}`);
  if (inbox !== undefined) parts.push(`in the inbox for ${durationText(of(inbox))}`);
  if (open !== undefined) parts.push(`${isOver ? "took" : "under way for"} ${durationText(of(open))}`);
  if (thinking.length > 0) parts.push(`brains worked ${durationText(totalOf(thinking))}`);
  if (marks.length > 0)
    parts.push(
      marks
        .map(({ text }) => text)
        .join(", ")
        .slice(0, 200),
    );
  return parts.join("; ");
}
