import type { TaskFile } from "../../../api-types.ts";
import type { Draft } from "./draft.ts";

/**
 * The editor of task.md. `base` is what the person's text was made from. A text that another wrote meanwhile is taken where the person has
 * changed nothing, is told where they have, and is `theirs` when a save found it: then they decide.
 */
export interface EditorState {
  base: TaskFile;
  text: string;
  /** What stands in the file as far as is known. */
  current: TaskFile;
  /** A save was refused for it. */
  theirs?: TaskFile;
  /** What the person gave up last, to be had back. */
  dropped?: string;
  /** The hash of what was saved last. */
  saved?: string;
}

export type EditorEvent =
  /** The person wrote. */
  | { event: "typed"; text: string }
  /** The file was read. */
  | { event: "read"; file: TaskFile }
  | { event: "saved"; text: string; hash: string }
  | { event: "conflict"; theirs: TaskFile }
  /** The person takes what stands there in place of their own text. */
  | { event: "took-theirs" }
  /** The person goes on with this text, made with regard to what stands there. */
  | { event: "merged"; text: string }
  | { event: "took-back" };

/** @param draft of this tab, from before a reload */
export function openEditor(file: TaskFile, draft: Draft | undefined): EditorState {
  if (draft === undefined || draft.text === file.text) return { base: file, text: file.text, current: file };
  return { base: draft.base, text: draft.text, current: file };
}

export function isUnsaved({ base, text }: EditorState): boolean {
  return text !== base.text;
}

/** Another text stands there than the one that the person began with. */
export function isBehind({ base, current }: EditorState): boolean {
  return base.hash !== current.hash;
}

export function nextState(state: EditorState, event: EditorEvent): EditorState {
  switch (event.event) {
    case "typed":
      return { ...state, text: event.text };
    case "read":
      return afterRead(state, event.file);
    case "saved": {
      const saved = { text: event.text, hash: event.hash };
      const { theirs: _, ...rest } = state;
      // What was typed while it was being saved is unsaved.
      return { ...rest, base: saved, current: saved, saved: event.hash };
    }
    case "conflict":
      return { ...state, current: event.theirs, theirs: event.theirs };
    case "took-theirs": {
      const { theirs, text, current, ...rest } = state;
      const file = theirs ?? current;
      return { ...rest, current: file, base: file, text: file.text, dropped: text };
    }
    case "merged": {
      const { theirs, ...rest } = state;
      return { ...rest, base: theirs ?? state.current, text: event.text, dropped: state.text };
    }
    case "took-back": {
      const { dropped, ...rest } = state;
      return dropped === undefined ? state : { ...rest, text: dropped };
    }
  }
}

function afterRead(state: EditorState, file: TaskFile): EditorState {
  if (file.hash === state.current.hash && state.theirs === undefined) return state;
  if (file.text === state.text) {
    const { theirs: _, ...rest } = state;
    return { ...rest, base: file, current: file };
  }
  if (!isUnsaved(state) && state.theirs === undefined)
    return { ...state, base: file, current: file, text: file.text };
  // While somebody decides, what they decide about moves with the file.
  return { ...state, current: file, ...(state.theirs === undefined ? {} : { theirs: file }) };
}
