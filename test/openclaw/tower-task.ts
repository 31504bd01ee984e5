import type { Task } from "../../src/protocol/task.ts";
import { parseTask } from "../../src/protocol/task-document.ts";

/** A person's job of the agent lead as its task.md holds it. @param state the lines of its head that say how it stands */
export function towerTask(fields: Partial<Task>, state = "mode: direct\nstatus: in-progress"): Task {
  const text = `---
clawflow: 2
task_id: tower
title: The tower
from: human
reply_to: {task_id: tower, attempt: 1, message: h-tower}
body_hash: x
rev: 1
number: 1
trace: {root: tower, depth: 0, path: [lead]}
created_at: 2026-11-20T23:49:43.375Z
${state}
---
# Task: The tower

## Instructions

Build it.
`;
  return { ...parseTask(text), ...fields };
}
