/** The agents of OpenClaw's configuration; the command line reads them as well. */
export * from "../host/openclaw-agents.ts";
