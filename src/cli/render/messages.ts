import type { JobMessage } from "../../view/export/job-messages.ts";
import { fencedText, inlineText } from "./markdown.ts";

/** Every message as it stands in its file, in a fence that nothing in it can end. */
export function messagesText(messages: readonly JobMessage[]): string {
  const sections = messages.map(
    ({ name, sent_at, text }) => `### ${inlineText(`${sent_at}  ${name}`)}\n\n${fencedText(text)}`,
  );
  return `## Messages\n\n${sections.join("\n\n") || "There are none."}\n`;
}
