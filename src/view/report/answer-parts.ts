import { isFinal } from "../../loop/phase.ts";
import { ClawflowError } from "../../protocol/errors.ts";
import type { ReplyMessage } from "../../protocol/message.ts";
import { NO_PARTIAL } from "../../protocol/message-body.ts";
import { parseSections } from "../../protocol/sections.ts";
import type { Task } from "../../protocol/task.ts";
import { readReply } from "../answer.ts";
import { childTask } from "../child-task.ts";
import type { RootView } from "../root-view.ts";
import { replyName } from "../standing.ts";
import { type CheckedFile, checkedFiles } from "./files.ts";

/** The answer; of a job that is not finished what there is of it. */
export interface ReportAnswer {
  status: Task["status"];
  text: string;
  error?: string;
  files: CheckedFile[];
  /** Sections of the text that are headed so, where it has a conclusion; `text` still holds them. */
  sections?: { conclusion: string; evidence?: string; action?: string };
  /** 0 to 1, where a line of the text says so: `Confidence: 0.8`, `Confidence: 80 %`. */
  confidence?: number;
}

/** What one subtask gave. */
export interface AnswerPart {
  subtask: string;
  agent: string;
  /** Its id at that agent, where it is a task there. */
  task_id?: string;
  status: string;
  attempt: number;
  summary?: string;
  error?: string;
  files: CheckedFile[];
}

/** @returns the answer, and the path of the message that it was sent as */
export function reportAnswer(
  view: RootView,
  agent: string,
  task: Task,
): { answer: ReportAnswer; file?: string } {
  const sent = isFinal(task) ? sentReply(view, agent, task) : undefined;
  const text = textOf(task, sent?.message);
  const error = sent?.message.body.error || task.error;
  const sections = sectionsOf(text);
  const confidence = confidenceOf(text);
  const answer: ReportAnswer = {
    status: task.status,
    text,
    ...(error === undefined || error === "" ? {} : { error }),
    files: checkedFiles(view, agent, sent?.message.attachments),
    ...(sections === undefined ? {} : { sections }),
    ...(confidence === undefined ? {} : { confidence }),
  };
  return { answer, ...(sent === undefined ? {} : { file: sent.path }) };
}

/** The message is the truth; where it is gone or damaged, what task.md says is left. */
function sentReply(
  view: RootView,
  agent: string,
  task: Task,
): { message: ReplyMessage; path: string } | undefined {
  const name = replyName(task);
  try {
    return name === undefined ? undefined : readReply(view, agent, name);
  } catch (error) {
    if (error instanceof ClawflowError) return undefined;
    throw error;
  }
}

function textOf({ status, text }: Task, reply: ReplyMessage | undefined): string {
  if (status === "done") return reply?.body.results ?? text.output;
  const partial = reply === undefined || reply.body.partial === NO_PARTIAL ? "" : reply.body.partial;
  return partial || text.partial;
}

export function readParts(view: RootView, agent: string, task: Task): AnswerPart[] {
  return [...task.subtasks].map(([id, subtask]) => {
    const child = childTask(view, agent, task.task_id, id, subtask);
    return {
      subtask: id,
      agent: subtask.agent === "self" ? agent : subtask.agent,
      ...(child === undefined ? {} : { task_id: child.task_id }),
      status: subtask.status,
      attempt: subtask.attempt,
      ...(subtask.result_summary === undefined ? {} : { summary: subtask.result_summary }),
      ...(subtask.error === undefined ? {} : { error: subtask.error }),
      files: checkedFiles(view, agent, subtask.attachments),
    };
  });
}

const HEADINGS: Record<string, "conclusion" | "evidence" | "action"> = {
  conclusion: "conclusion",
  conclusions: "conclusion",
  evidence: "evidence",
  action: "action",
  actions: "action",
};

function sectionsOf(text: string): ReportAnswer["sections"] {
  const { sections } = parseSections(text, ({ title }) => HEADINGS[title.toLowerCase().replace(/:$/, "")]);
  const of = (key: string) => sections.find((section) => section.key === key)?.text;
  const conclusion = of("conclusion");
  if (conclusion === undefined) return undefined;
  const evidence = of("evidence");
  const action = of("action");
  return {
    conclusion,
    ...(evidence === undefined ? {} : { evidence }),
    ...(action === undefined ? {} : { action }),
  };
}

function confidenceOf(text: string): number | undefined {
  const [, number, percent] = /^[\s*_-]*confidence[*_]*:[\s*_]*(\d+(?:\.\d+)?)\s*(%?)/im.exec(text) ?? [];
  if (number === undefined) return undefined;
  const value = Number(number) / (percent === "%" ? 100 : 1);
  return value <= 1 ? value : undefined;
}
