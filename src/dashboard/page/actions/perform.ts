import type { Acted } from "../../api-types.ts";
import { act, type Refusal } from "../api.ts";
import { asRefusal } from "../live.ts";
import { toast } from "../parts/toast-list.ts";
import { formatRoute } from "../route.ts";
import type { ActRequest } from "./to-act.ts";
import { commandText } from "./words.ts";

/** Does it, and says what it did; what is refused is said by who asked. @param said what was done, in a sentence */
export async function perform({ command, body }: ActRequest, said: string): Promise<Refusal | undefined> {
  const words = commandText(command, body);
  try {
    const { result, note } = await act(command, body);
    const link = linkOf(result);
    toast({ text: said, note, command: words, ...(link === undefined ? {} : { link }) });
    return undefined;
  } catch (error) {
    return asRefusal(error);
  }
}

/** The same, where there is no form that would show why it was refused. */
export async function performOrTell(request: ActRequest, said: string): Promise<void> {
  const refusal = await perform(request, said);
  if (refusal === undefined) return;
  const command = commandText(request.command, request.body);
  toast({ text: refusal.message, note: refusal.hint, command, tone: "bad" });
}

/** To the message that it is, which lies in an inbox like any other. */
function linkOf(result: Acted["result"]): { href: string; text: string } | undefined {
  const { agent, task_id, message } = (result ?? {}) as Record<string, unknown>;
  if (typeof agent !== "string" || typeof task_id !== "string" || typeof message !== "string")
    return undefined;
  const href = formatRoute({ view: "task", agent, task: task_id, tab: "messages", message });
  return { href, text: "The message" };
}
