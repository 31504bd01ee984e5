import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Refusal } from "../api.ts";
import { ErrorBox } from "../parts/error-box.tsx";
import { perform } from "./perform.ts";
import type { ActRequest, Values } from "./to-act.ts";

interface ActFormProps {
  /** What comes of the fields. @throws Error with what is missing */
  request(values: Values): ActRequest;
  said: string;
  /** On its button. */
  action: string;
  isDanger?: boolean;
  onDone?: () => void;
  children: ComponentChildren;
  /** Beside the button. */
  others?: ComponentChildren;
}

/** Fields and a button: what they come to is done once, and what is wrong is said here, with what was written still there. */
export function ActForm({ request, said, action, isDanger = false, onDone, children, others }: ActFormProps) {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const isThere = useRef(true);
  useEffect(
    () => () => {
      isThere.current = false;
    },
    [],
  );
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (isBusy) return;
    const form = event.currentTarget as HTMLFormElement;
    const wanted = requestOf(request, valuesOf(form));
    if (wanted instanceof Refusal) {
      setRefusal(wanted);
      return;
    }
    setBusy(true);
    setRefusal(undefined);
    const refused = await perform(wanted, said);
    if (!isThere.current) return;
    setBusy(false);
    setRefusal(refused);
    if (refused !== undefined) return;
    form.reset();
    onDone?.();
  }
  return (
    <form class="act-form" onSubmit={(event) => void submit(event)}>
      {children}
      {refusal === undefined ? null : <ErrorBox error={refusal} />}
      <div class="buttons">
        {others}
        <button type="submit" class={isDanger ? "danger" : "primary"} aria-disabled={isBusy}>
          {isBusy ? "Sending …" : action}
        </button>
      </div>
    </form>
  );
}

function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, `${value}`]));
}

function requestOf(request: ActFormProps["request"], values: Values): ActRequest | Refusal {
  try {
    return request(values);
  } catch (error) {
    return Refusal.incomplete(error instanceof Error ? error.message : `${error}`);
  }
}
