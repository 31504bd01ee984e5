import { signOf } from "./status-look.ts";
import { dropToast, useToasts } from "./toast-list.ts";

/** What actions did, told to those who do not see it as well. */
export function Toasts() {
  const toasts = useToasts();
  return (
    <section class="toasts" aria-label="What was done" aria-live="polite">
      {toasts.map(({ id, text, note, command, link, tone = "good" }) => (
        <div key={id} class={`toast tone-${tone}`}>
          <p>
            <span class="sign" aria-hidden="true">
              {signOf(tone)}
            </span>{" "}
            {text} {link === undefined ? null : <a href={link.href}>{link.text}</a>}
          </p>
          {note === undefined ? null : <p class="note">{note}</p>}
          {command === undefined ? null : (
            <p class="quiet">
              In a terminal: <code>{command}</code>
            </p>
          )}
          <button type="button" class="close" aria-label="Close" onClick={() => dropToast(id)}>
            ×
          </button>
        </div>
      ))}
    </section>
  );
}
