import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { useStatus } from "../parts/status-context.ts";

interface FieldProps {
  name: string;
  label: string;
  /** What is to be written there. */
  hint?: string;
  value?: string | undefined;
  required?: boolean;
}

export function TextField({ name, label, hint, value, required = false }: FieldProps) {
  return (
    <Labelled label={label} hint={hint}>
      {(ids) => (
        <input {...ids} name={name} required={required} defaultValue={value ?? ""} autocomplete="off" />
      )}
    </Labelled>
  );
}

export function LongField({
  name,
  label,
  hint,
  value,
  required = false,
  rows = 4,
}: FieldProps & { rows?: number }) {
  return (
    <Labelled label={label} hint={hint}>
      {(ids) => (
        <textarea
          {...ids}
          name={name}
          rows={rows}
          required={required}
          defaultValue={value ?? ""}
          dir="auto"
          onKeyDown={submitWithControl}
        />
      )}
    </Labelled>
  );
}

/** One of the agents of this root, or the address of another. */
export function AgentField(props: FieldProps) {
  const { value: status } = useStatus();
  const list = useId();
  return (
    <Labelled label={props.label} hint={props.hint}>
      {(ids) => (
        <>
          <input
            {...ids}
            name={props.name}
            list={list}
            required={props.required ?? false}
            defaultValue={props.value ?? ""}
            autocomplete="off"
          />
          <datalist id={list}>
            {(status?.agents ?? []).map((agent) => (
              <option key={agent} value={agent} />
            ))}
          </datalist>
        </>
      )}
    </Labelled>
  );
}

interface Ids {
  id: string;
  "aria-describedby"?: string;
}

function Labelled({
  label,
  hint,
  children,
}: {
  label: string;
  hint: string | undefined;
  children(ids: Ids): ComponentChildren;
}) {
  const id = useId();
  const ids = hint === undefined ? { id } : { id, "aria-describedby": `${id}-hint` };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(ids)}
      {hint === undefined ? null : (
        <p class="quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

function submitWithControl(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  (event.currentTarget as HTMLTextAreaElement).form?.requestSubmit();
}
