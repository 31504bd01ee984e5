import { sha256 } from "../protocol/ids.ts";
import { formatSection } from "../protocol/sections.ts";
import type { Attachment } from "../protocol/task.ts";
import type { Draft } from "./draft.ts";

export interface Upstream {
  /** The subtask's own context and, behind it, the results of what it depends on. */
  context: string;
  attachments: Attachment[];
  /** Contents of attachments that are made of results. */
  blobs: { sha256: string; text: string }[];
}

/**
 * The Context of a subtask: it holds every result it depends on in full, up to the limit; what is beyond crosses as an
 * attachment and is named with its summary.
 */
export function upstreamContext(draft: Draft, id: string): Upstream {
  const subtask = draft.subtask(id);
  const upstream: Upstream = {
    context: subtask.context ?? "",
    attachments: [...(draft.task.attachments ?? [])],
    blobs: [],
  };
  let room = draft.self.limits.context_bytes;
  const sections: string[] = [];
  for (const dependency of subtask.depends_on) {
    const { agent, results = "", result_summary: summary, attachments } = draft.subtask(dependency);
    for (const attachment of attachments ?? []) addAttachment(upstream, attachment);
    const bytes = Buffer.byteLength(results);
    const heading = `Results of ${dependency} (${agent})`;
    if (bytes <= room) {
      room -= bytes;
      sections.push(formatSection(heading, 3, dependency, results));
      continue;
    }
    const name = `${dependency}.md`;
    const hash = sha256(results);
    addAttachment(upstream, { name, sha256: hash, bytes, media_type: "text/markdown" });
    upstream.blobs.push({ sha256: hash, text: results });
    sections.push(
      formatSection(
        heading,
        3,
        dependency,
        `${summary ?? ""}\n(${bytes} bytes, in the attachment ${name})`.trim(),
      ),
    );
  }
  if (sections.length > 0)
    upstream.context = [upstream.context, ...sections].filter((part) => part !== "").join("\n\n");
  return upstream;
}

function addAttachment(upstream: Upstream, attachment: Attachment): void {
  if (
    !upstream.attachments.some(
      (known) => known.sha256 === attachment.sha256 && known.name === attachment.name,
    )
  ) {
    upstream.attachments.push(attachment);
  }
}
