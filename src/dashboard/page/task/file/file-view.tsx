import { useEffect, useState } from "preact/hooks";
import type { ShownTask, TaskFile } from "../../../api-types.ts";
import { type Refusal, saveTaskFile, taskFileUrl } from "../../api.ts";
import { asRefusal, useLook } from "../../live.ts";
import { Loading } from "../../parts/empty.tsx";
import { ErrorBox } from "../../parts/error-box.tsx";
import { ConflictView } from "./conflict-view.tsx";
import { keepDraft, readDraft } from "./draft.ts";
import { EditNote } from "./edit-note.tsx";
import {
  type EditorEvent,
  type EditorState,
  isBehind,
  isUnsaved,
  nextState,
  openEditor,
} from "./editor-state.ts";

/** task.md as it stands, to be edited. */
export function FileView({ shown: { agent, task_id } }: { shown: ShownTask }) {
  const file = useLook<TaskFile>(taskFileUrl(agent, task_id));
  if (file.value === undefined)
    return file.error === undefined ? <Loading /> : <ErrorBox error={file.error} again={file.again} />;
  return (
    <>
      {file.error === undefined ? null : <ErrorBox error={file.error} again={file.again} />}
      <Editor agent={agent} task={task_id} file={file.value} />
    </>
  );
}

function Editor({ agent, task, file }: { agent: string; task: string; file: TaskFile }) {
  const [state, setState] = useState(() => openEditor(file, readDraft(sessionStorage, agent, task)));
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const [isKept, setKept] = useState(true);
  const tell = (event: EditorEvent) => setState((now) => nextState(now, event));
  useEffect(() => tell({ event: "read", file }), [file]);
  useEffect(() => setKept(keepDraft(sessionStorage, agent, task, state)), [agent, task, state]);
  async function save(text: string, base: TaskFile) {
    if (isBusy) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      const answer = await saveTaskFile(agent, task, { text, hash: base.hash });
      if ("conflict" in answer) tell({ event: "conflict", theirs: answer.conflict });
      else tell({ event: "saved", text, hash: answer.saved.hash });
    } catch (error) {
      setRefusal(asRefusal(error));
    } finally {
      setBusy(false);
    }
  }
  const saveNow = () => {
    if (isUnsaved(state) && state.theirs === undefined) void save(state.text, state.base);
  };
  if (state.theirs !== undefined) {
    const { theirs } = state;
    return (
      <ConflictView
        mine={state.text}
        base={state.base.text}
        theirs={theirs.text}
        onMine={() => {
          tell({ event: "merged", text: state.text });
          void save(state.text, theirs);
        }}
        onTheirs={() => tell({ event: "took-theirs" })}
        onMerged={(text) => tell({ event: "merged", text })}
      />
    );
  }
  return (
    <div class="editor">
      <p class="quiet">
        What you change and save here is an edit, as if you had saved the file in any editor: the host takes
        it within a second.
      </p>
      <textarea
        aria-label="task.md"
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        wrap="off"
        rows={28}
        value={state.text}
        onInput={({ currentTarget }) => tell({ event: "typed", text: currentTarget.value })}
        onKeyDown={(event) => {
          if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
          event.preventDefault();
          saveNow();
        }}
      />
      <div class="buttons">
        <button type="button" class="primary" aria-disabled={isBusy || !isUnsaved(state)} onClick={saveNow}>
          {isBusy ? "Saving …" : "Save"}
        </button>
        {isUnsaved(state) ? (
          <button type="button" onClick={() => tell({ event: "took-theirs" })}>
            Give up my changes
          </button>
        ) : null}
        {state.dropped === undefined ? null : (
          <button type="button" onClick={() => tell({ event: "took-back" })}>
            Take my text back
          </button>
        )}
        <span role="status">{saidOf(state, isKept)}</span>
      </div>
      {refusal === undefined ? null : <ErrorBox error={refusal} />}
      <EditNote agent={agent} task={task} saved={state.saved} current={state.current.hash} />
    </div>
  );
}

function saidOf(state: EditorState, isKept: boolean): string {
  if (!isUnsaved(state)) return "";
  const behind = isBehind(state) ? " The file has changed since; saving will show both." : "";
  const kept = isKept ? "" : " The browser does not keep it: save it before you leave.";
  return `Not saved.${behind}${kept}`;
}
