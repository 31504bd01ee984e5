import { useMemo, useState } from "preact/hooks";
import { isPlainEnough } from "./is-plain-enough.ts";
import { LongText } from "./long-text.tsx";
import { renderMarkdown } from "./render-markdown.ts";

interface MarkdownProps {
  text: string;
  /** Of the heading that it stands under. Default: 2. */
  level?: number;
}

/** A text of an agent or a person, drawn as Markdown, or as it stands where the reader wants that. */
export function Markdown({ text, level = 2 }: MarkdownProps) {
  const [isRaw, setRaw] = useState(false);
  const html = useMemo(() => (isRaw ? undefined : draw(text, level)), [text, level, isRaw]);
  if (text.trim() === "") return null;
  // Nothing would look different.
  const isPlain = html !== undefined && !text.trim().includes("\n") && /^<p>[^<]*<\/p>\s*$/.test(html);
  return (
    <div class="markdown">
      {html === undefined ? (
        <LongText text={text} />
      ) : (
        // Sanitised by renderMarkdown, the one place where such HTML is made.
        <div class="prose" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />
      )}
      {isPlain || (html === undefined && !isRaw) ? null : (
        <button type="button" class="toggle-raw" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
          As text
        </button>
      )}
    </div>
  );
}

function draw(text: string, level: number): string | undefined {
  if (!isPlainEnough(text)) return undefined;
  try {
    return renderMarkdown(text, level);
  } catch {
    return undefined;
  }
}
