import type { Act, Acted, ActName, ApiError, Look, Saved, TaskFile } from "../api-types.ts";

/** What the server refused, in its words. */
export class Refusal extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  /** Nobody answered, or not to this browser: it says nothing of what was asked for. */
  isSilence = false;
  /** The page says it itself: there is no code of a command to look up. */
  isOwn = false;

  static silence(): Refusal {
    const refusal = new Refusal({
      code: "E_INTERNAL",
      message: "the server does not answer",
      hint: "Start it again: clawflow dashboard",
    });
    refusal.isSilence = true;
    refusal.isOwn = true;
    return refusal;
  }

  /** Of a form that cannot be sent so. */
  static incomplete(message: string): Refusal {
    const refusal = new Refusal({ code: "E_USAGE", message });
    refusal.isOwn = true;
    return refusal;
  }

  constructor({ code, message, hint }: ApiError["error"]) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** The address of what a command prints; also what is remembered of it goes by that. */
export function lookUrl(
  command: Look,
  words: readonly string[] = [],
  options: Record<string, string> = {},
): string {
  const path = ["/api/look", command, ...words.map(encodeURIComponent)].join("/");
  const query = new URLSearchParams(options).toString();
  return query === "" ? path : `${path}?${query}`;
}

/** @throws Refusal */
export async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  return (await read(await fetch(url, signal === undefined ? {} : { signal }))) as T;
}

/** @throws Refusal */
export async function act(command: ActName, body: Act): Promise<Acted> {
  return (await read(await send("POST", `/api/act/${command}`, body))) as Acted;
}

export function taskFileUrl(agent: string, task: string): string {
  return `/api/task-file/${encodeURIComponent(agent)}/${encodeURIComponent(task)}`;
}

export function downloadUrl(what: "answer" | "report" | "run", agent: string, task: string): string {
  return `/api/download/${what}/${encodeURIComponent(agent)}/${encodeURIComponent(task)}`;
}

/** @returns `conflict`: what stands there now, and is not what was edited @throws Refusal */
export async function saveTaskFile(
  agent: string,
  task: string,
  file: TaskFile,
): Promise<{ saved: Saved } | { conflict: TaskFile }> {
  const response = await send("PUT", taskFileUrl(agent, task), file);
  if (response.status === 409) return { conflict: (await response.json()) as TaskFile };
  return { saved: (await read(response)) as Saved };
}

function send(method: string, url: string, body: unknown): Promise<Response> {
  return fetch(url, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

async function read(response: Response): Promise<unknown> {
  if (response.ok) return response.json();
  const body: unknown = await response.json().catch(() => undefined);
  const known = (body as ApiError | undefined)?.error;
  const refusal = new Refusal(
    known ?? { code: "E_INTERNAL", message: `the server answered ${response.status}` },
  );
  refusal.isSilence = response.status === 401 || response.status === 429 || response.status >= 502;
  throw refusal;
}
