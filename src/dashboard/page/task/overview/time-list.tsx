import { longestSteps } from "../../../../view/report/longest-steps.ts";
import type { Report } from "../../../api-types.ts";
import { countText, durationText } from "../../parts/format.ts";
import { AgentLink, TaskLink } from "../../parts/task-link.tsx";

type Step = Report["time"][number];

/** Which steps made it as long as it is, and what was done in them. */
export function TimeList({ report }: { report: Report | undefined }) {
  if (report === undefined || report.time.length < 2) return null;
  const { steps, others } = longestSteps(report.time);
  return (
    <details class="text-section" open={!report.so_far}>
      <summary>What {report.so_far ? "takes" : "took"} so long</summary>
      <ol class="time-steps">
        {steps.map((step, place) => (
          <li key={place}>
            <meter
              class="time-share"
              min={0}
              max={report.duration}
              value={step.duration}
              aria-label={`of ${durationText(report.duration)}`}
            />
            <span class="time-took">{durationText(step.duration)}</span>
            <span>
              {step.task_id === undefined ? (
                <span dir="auto">{step.title}</span>
              ) : (
                <TaskLink agent={step.agent} task={step.task_id} title={step.title} />
              )}{" "}
              <AgentLink agent={step.agent} /> <span class="quiet">{doneIn(step)}</span>
            </span>
          </li>
        ))}
      </ol>
      <p class="quiet">
        One step after the other; what ran beside them is left out.
        {others.count === 0
          ? ""
          : ` ${countText(others.count, "shorter step")} took ${durationText(others.duration)} together.`}
      </p>
    </details>
  );
}

/** `its brain worked 1.6 s, it waited 3.5 s` */
function doneIn({ task_id, duration, thinking, person }: Step): string {
  if (task_id === undefined) return "";
  const waited = duration - thinking - person;
  const parts: [number, string][] = [
    [thinking, "its brain worked"],
    [person, "it was a person’s turn"],
    [waited, "it waited"],
  ];
  const said = parts.filter(([ms]) => ms >= Math.max(50, duration * 0.02));
  if (said.length === 1) return said[0]?.[1] ?? "";
  return said.map(([ms, what]) => `${what} ${durationText(ms)}`).join(", ");
}
