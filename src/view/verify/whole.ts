import { join } from "node:path";
import { sha256 } from "../../protocol/ids.ts";
import type { Attachment } from "../../protocol/task.ts";
import { unlessMissing } from "../../store/disk-error.ts";
import { blobPath } from "../../store/layout.ts";
import type { AgentEvidence, Evidence } from "./evidence.ts";
import type { Report } from "./finding.ts";

/** Nothing that was published is partial: every message and task can be read, and every attachment is there as it was described. */
export function checkWhole(evidence: Evidence, report: Report): void {
  for (const agent of evidence.agents.values()) {
    for (const { file, error } of agent.letters) {
      report.saw("whole");
      if (error !== undefined)
        report.found({ check: "whole", agent: agent.agent, file, text: `not a message: ${error}` });
    }
    for (const { folder, problem } of agent.unreadable) {
      report.found({
        check: "whole",
        agent: agent.agent,
        file: `tasks/${folder}/task.md`,
        text: `not a task: ${problem}`,
      });
    }
    checkResults(evidence, agent, report);
    checkBlobs(evidence, agent, report);
  }
}

function checkResults({ disk }: Evidence, { agent, paths, tasks }: AgentEvidence, report: Report): void {
  for (const { task, folder } of tasks.values()) {
    report.saw("whole");
    for (const { results_file: name } of task.subtasks.values()) {
      if (name === undefined || disk.stat(join(paths.tasks, folder, name))?.kind === "file") continue;
      const text = `its ${name} is not there`;
      report.found({ check: "whole", agent, file: `tasks/${folder}/task.md`, task_id: task.task_id, text });
    }
  }
}

function checkBlobs({ disk }: Evidence, { agent, paths, letters }: AgentEvidence, report: Report): void {
  const seen = new Set<string>();
  for (const { message, file, place } of letters) {
    if (message === undefined || !("attachments" in message) || place === "dead") continue;
    for (const blob of message.attachments ?? []) {
      if (seen.has(blob.sha256)) continue;
      seen.add(blob.sha256);
      report.saw("whole");
      const bytes = unlessMissing(() => disk.read(blobPath(paths, blob.sha256)));
      const text = wrongBlob(blob, bytes);
      if (text !== undefined) report.found({ check: "whole", agent, file, task_id: message.task_id, text });
    }
  }
}

function wrongBlob(blob: Attachment, bytes: Uint8Array | undefined): string | undefined {
  const name = `the attachment ${JSON.stringify(blob.name)} (${blob.sha256.slice(0, 12)}…)`;
  if (bytes === undefined) return `${name} is not there`;
  if (bytes.length !== blob.bytes) return `${name} has ${bytes.length} bytes, not ${blob.bytes}`;
  return sha256(bytes) === blob.sha256 ? undefined : `${name} has another content`;
}
