import { openRoot, type RootView } from "../view/root-view.ts";
import type { PlaceHead } from "./quick-place.ts";
import { viewOptions } from "./view-options.ts";

export { commandHere } from "./command-here.ts";

/** The files of a place with what its team file and the processes of this machine say of them. */
export function viewPlace(place: Pick<PlaceHead, "disk" | "agents" | "team">): RootView {
  return openRoot(place.disk, place.agents, viewOptions(place));
}
