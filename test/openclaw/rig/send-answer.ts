import type { ServerResponse } from "node:http";
import type { ModelAnswer, ToolCall } from "./model-answer.ts";
import type { ModelRequest } from "./model-request.ts";

/** Writes an answer in the form of OpenAI's chat completions. */
export function sendAnswer(request: ModelRequest, answer: ModelAnswer, response: ServerResponse): void {
  if (response.destroyed || "never" in answer) return;
  if ("drop" in answer) {
    response.destroy();
    return;
  }
  if ("status" in answer) {
    const { status, message, retryAfter } = answer;
    response.writeHead(status, {
      "content-type": "application/json",
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    });
    const type = status === 429 ? "rate_limit_exceeded" : "server_error";
    response.end(JSON.stringify({ error: { message, type, code: type } }));
    return;
  }
  if ("garbage" in answer) {
    response.writeHead(200, { "content-type": request.stream ? "text/event-stream" : "application/json" });
    response.end(answer.garbage);
    return;
  }
  const { text = "", calls = [] } = answer;
  const written = text.length + calls.reduce((sum, call) => sum + argumentsOf(call).length, 0);
  const used = answer.usage ?? {
    input: Math.ceil(request.characters / 4),
    output: Math.max(1, Math.ceil(written / 4)),
  };
  const usage = {
    prompt_tokens: used.input,
    completion_tokens: used.output,
    total_tokens: used.input + used.output,
  };
  const finish = calls.length > 0 ? "tool_calls" : "stop";
  const message = {
    role: "assistant",
    content: text,
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map((call, index) => ({
            index,
            id: `call_${request.number}_${index}`,
            type: "function",
            function: { name: call.name, arguments: argumentsOf(call) },
          })),
        }),
  };
  const head = {
    id: `chatcmpl-${request.number}`,
    created: Math.floor(request.at / 1000),
    model: request.agent,
  };
  if (!request.stream) {
    response.setHeader("content-type", "application/json");
    const choices = [{ index: 0, message, finish_reason: finish }];
    response.end(JSON.stringify({ ...head, object: "chat.completion", choices, usage }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const chunk = (more: object) =>
    response.write(`data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", ...more })}\n\n`);
  chunk({ choices: [{ index: 0, delta: message, finish_reason: null }] });
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
  chunk({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}

function argumentsOf({ arguments: given }: ToolCall): string {
  return typeof given === "string" ? given : JSON.stringify(given);
}
