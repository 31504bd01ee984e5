import { isDeepStrictEqual } from "node:util";
import { normalId } from "../../host/openclaw-agents.ts";
import { isPlainObject } from "../../protocol/plain-value.ts";
import { PLUGIN_ID } from "../team-service.ts";
import type { OpenClawConfig } from "../types.ts";
import { type Change, valueAt } from "./change.ts";

export interface SetupPlan {
  changes: Change[];
  /** What a person may want to do beside that. */
  notes: string[];
}

const ENTRY = ["plugins", "entries", PLUGIN_ID];
/** What an allowance of a tool may be called that lets ours in. */
const ALLOWING = [PLUGIN_ID, "group:plugins", "*"];

/**
 * What of OpenClaw's configuration keeps the plugin from working, as changes: nothing for what is set already.
 *
 * @param agents who takes part, ids or `*`; absent: as it is set
 */
export function planSetup(config: OpenClawConfig, agents?: readonly string[]): SetupPlan {
  const changes: Change[] = [];
  const set = (path: readonly string[], after: unknown) => {
    const before = valueAt(config, path);
    if (isDeepStrictEqual(before, after)) return;
    changes.push(before === undefined ? { path, after } : { path, before, after });
  };
  const include = (path: readonly string[], allowing: readonly string[]) => {
    const list = valueAt(config, path);
    if (!Array.isArray(list) || list.some((name) => allowing.includes(name))) return;
    set(path, [...list, PLUGIN_ID]);
  };
  include(["plugins", "allow"], [PLUGIN_ID]);
  set([...ENTRY, "enabled"], true);
  set([...ENTRY, "hooks", "allowConversationAccess"], true);
  if (agents !== undefined) set([...ENTRY, "config", "agents"], [...agents]);

  const taking = agents ?? takingNow(config);
  const scopes = [["tools"], ...entryPaths(config, taking).map((path) => [...path, "tools"])];
  for (const scope of scopes) {
    // Without a list of its own a profile decides, and the plugin's tools are in each.
    include([...scope, "allow"], ALLOWING);
    include([...scope, "sandbox", "tools", "allow"], ALLOWING);
  }
  return { changes, notes: notesOf(config, scopes, taking) };
}

function takingNow(config: OpenClawConfig): readonly string[] {
  const set = valueAt(config, [...ENTRY, "config", "agents"]);
  return Array.isArray(set) ? set : ["*"];
}

/** Where the entries of those agents stand, in whichever form. */
function entryPaths({ agents }: OpenClawConfig, taking: readonly string[]): string[][] {
  if (!isPlainObject(agents)) return [];
  const isTaking = (id: unknown) =>
    typeof id === "string" && (taking.includes("*") || taking.includes(normalId(id)));
  if (isPlainObject(agents.entries)) {
    const ids = Object.keys(agents.entries).filter(isTaking);
    return ids.map((id) => ["agents", "entries", id]);
  }
  const list = Array.isArray(agents.list) ? agents.list : [];
  return list.flatMap((entry, index) => (isTaking(entry?.id) ? [["agents", "list", `${index}`]] : []));
}

function notesOf(
  config: OpenClawConfig,
  scopes: readonly (readonly string[])[],
  taking: readonly string[],
): string[] {
  const notes = scopes.flatMap((scope) => {
    const denied = valueAt(config, [...scope, "deny"]);
    const found = Array.isArray(denied) ? denied.filter((name) => ALLOWING.includes(name)) : [];
    return found.map(
      (name) =>
        `${[...scope, "deny"].join(".")} has ${name}: Clawflow's tools are not there; it is left as it is.`,
    );
  });
  const entries = entryPaths(config, taking);
  const allowed = [["agents", "defaults"], ...entries].some((path) => {
    const list = valueAt(config, [...path, "subagents", "allowAgents"]);
    return Array.isArray(list) && list.length > 0;
  });
  if (entries.length > 1 && !allowed) {
    const path = [...(entries[0] as string[]), "subagents", "allowAgents"].join(".");
    notes.push(`No agent may give work to another: say who may to whom, such as ${path}.`);
  }
  return notes;
}
