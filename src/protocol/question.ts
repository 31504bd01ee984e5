import { z } from "zod";
import { type Amounts, amountsSchema } from "./amounts.ts";
import type { Outcome } from "./outcome.ts";

/** One question to a brain; as JSON, what a command brain reads on standard input. */
export interface BrainQuestion {
  kind: "consider" | "subtask" | "synthesise";
  question: string;
  /** How often it was asked this, 1 the first time. */
  asked: number;
  /** Why it is asked again: a plan that was refused, or the text of a person's answer. */
  problem?: string;
  task: {
    task_id: string;
    title: string;
    instructions: string;
    context: string;
    expected_output: string;
    depth: number;
    attempt: number;
    /** Milliseconds left. */
    deadline_in?: number;
    budget?: Amounts;
    /** Files that came with the task; `path` is absolute. */
    attachments?: AttachedFile[];
  };
  peers: { id: string; description: string }[];
  /** Only of `synthesise`: every final subtask, failed and skipped ones too. */
  results?: Record<string, BrainResult>;
  /** The agent's workspace, absolute. */
  workspace: string;
}

export interface AttachedFile {
  name: string;
  /** Absolute. */
  path: string;
  bytes: number;
  sha256: string;
  media_type: string;
}

export interface BrainResult {
  status: "done" | "failed" | "cancelled" | "skipped";
  results: string;
  error?: string;
  summary?: string;
  /** Files that came with the result; one that was too large for a message is here whole. */
  attachments?: AttachedFile[];
}

/** What a call cost and how it ended; stands in `calls/<n>.json`. */
export interface CallInfo {
  /** Milliseconds. */
  duration: number;
  /** Exit status or signal name of a process. */
  exit?: number | string;
  /** The end of standard error, at most 4 KiB. */
  stderr?: string;
  /** The command or module, as a person would name it. */
  command?: string;
}

export interface BrainAnswer {
  outcome: Outcome;
  call: CallInfo;
}

const attachedFileSchema = z.object({
  name: z.string(),
  path: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
  media_type: z.string(),
});

/** `BrainQuestion` as data, for those who write brains in other languages. New fields may come: brains pass over them. */
export const questionSchema = z.object({
  kind: z.enum(["consider", "subtask", "synthesise"]),
  question: z.string(),
  asked: z.int().min(1),
  problem: z.string().optional(),
  task: z.object({
    task_id: z.string(),
    title: z.string(),
    instructions: z.string(),
    context: z.string(),
    expected_output: z.string(),
    depth: z.int().nonnegative(),
    attempt: z.int().min(1),
    deadline_in: z.number().nonnegative().optional(),
    budget: amountsSchema.optional(),
    attachments: z.array(attachedFileSchema).optional(),
  }),
  peers: z.array(z.object({ id: z.string(), description: z.string() })),
  results: z
    .record(
      z.string(),
      z.object({
        status: z.enum(["done", "failed", "cancelled", "skipped"]),
        results: z.string(),
        error: z.string().optional(),
        summary: z.string().optional(),
        attachments: z.array(attachedFileSchema).optional(),
      }),
    )
    .optional(),
  workspace: z.string(),
});
