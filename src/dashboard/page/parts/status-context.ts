import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Status } from "../../api-types.ts";
import type { Looked } from "../live.ts";

/** What goes on in the whole root: asked for once, by the frame, and seen by every view. */
export const StatusContext = createContext<Looked<Status>>({ again: () => {} });

export function useStatus(): Looked<Status> {
  return useContext(StatusContext);
}
