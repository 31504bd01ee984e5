import type { ShownMessage } from "../../../api-types.ts";
import { lookUrl } from "../../api.ts";
import { useLook } from "../../live.ts";
import { Loading } from "../../parts/empty.tsx";
import { ErrorBox } from "../../parts/error-box.tsx";
import { LongText } from "../../parts/long-text.tsx";

/** A message as it stands in its file, and where copies of it lie. */
export function LetterText({ id }: { id: string }) {
  const { value, error, again } = useLook<ShownMessage>(lookUrl("show", [id]));
  if (value === undefined)
    return error === undefined ? <Loading /> : <ErrorBox error={error} again={again} />;
  return (
    <div class="letter-text">
      <ul class="quiet">
        {value.places.map(({ agent, place, path }) => (
          <li key={path}>
            {place} of {agent}: <code>{path}</code>
          </li>
        ))}
      </ul>
      <LongText text={value.text} />
    </div>
  );
}
