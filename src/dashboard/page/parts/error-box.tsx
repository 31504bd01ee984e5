import type { Refusal } from "../api.ts";

/** What could not be done, in the words of the server, with what to do. */
export function ErrorBox({ error, again }: { error: Refusal; again?: (() => void) | undefined }) {
  return (
    <div class="error-box" role="alert">
      <p>
        <strong>{error.message}</strong> {error.isOwn ? null : <code>{error.code}</code>}
      </p>
      {error.hint === undefined ? null : <p>{error.hint}</p>}
      {again === undefined ? null : (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}
