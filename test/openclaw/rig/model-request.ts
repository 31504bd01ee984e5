/** One request to the scripted model, in the words of the tests. */
export interface ModelRequest {
  /** 1, 2, … in the order of arrival. */
  number: number;
  /** Whose turn it is: each agent has a model that is named for it. */
  agent: string;
  /** The system prompt. */
  system: string;
  messages: readonly ModelMessage[];
  /** Of the last message that a user wrote. */
  prompt: string;
  /** Results of the tools that were called since then, oldest first. */
  toolResults: readonly string[];
  /** The names of the tools it may call. */
  tools: readonly string[];
  /** Length of the JSON that was sent. */
  characters: number;
  stream: boolean;
  /** Milliseconds since 1970. */
  at: number;
}

export interface ModelMessage {
  role: string;
  text: string;
}

interface Body {
  model?: string;
  stream?: boolean;
  messages?: { role: string; content?: unknown }[];
  tools?: { function?: { name?: string } }[];
}

/** OpenClaw puts what goes on in the session after what a user wrote, in the user's name. */
const OWN_CONTEXT = "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>";

/** @param json the body of a request for a chat completion. */
export function readModelRequest(json: string, number: number): ModelRequest {
  const body = JSON.parse(json) as Body;
  const all = (body.messages ?? []).map(({ role, content }) => ({ role, text: textOf(content) }));
  const messages = all.filter(
    ({ role, text }) => role !== "system" && role !== "developer" && !text.startsWith(OWN_CONTEXT),
  );
  const lastUser = messages.findLastIndex(({ role }) => role === "user");
  return {
    number,
    agent: body.model ?? "",
    system: all
      .filter(({ role }) => role === "system" || role === "developer")
      .map(({ text }) => text)
      .join("\n"),
    messages,
    prompt: messages[lastUser]?.text ?? "",
    toolResults: messages
      .slice(lastUser + 1)
      .filter(({ role }) => role === "tool")
      .map(({ text }) => text),
    tools: (body.tools ?? []).flatMap(({ function: tool }) => tool?.name ?? []),
    characters: json.length,
    stream: body.stream === true,
    at: Date.now(),
  };
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: string }) => part.text ?? "").join("");
}
