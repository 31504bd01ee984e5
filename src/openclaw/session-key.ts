export { sessionKeyOf } from "../brain/openclaw-session.ts";

/** Whether a session is one of these, of whatever task. */
export function isTaskSession(sessionKey: string | undefined): sessionKey is string {
  return sessionKey !== undefined && /^agent:[^:]+:clawflow:[^:]+$/.test(sessionKey);
}
