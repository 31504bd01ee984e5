import createDOMPurify from "dompurify";
import { Marked, type Tokens } from "marked";

const ALLOWED_TAGS =
  "p br hr strong em del code pre blockquote ul ol li a h2 h3 h4 h5 h6 table thead tbody tr th td".split(" ");
const ALLOWED_ATTR = ["href", "target", "rel", "align", "start", "dir"];
/** Of an address that an agent wrote; whatever leads into this page itself is not its to say. */
const OUTSIDE = /^(https?:|mailto:)/i;

const purify = createDOMPurify(window);
purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A") return;
  const href = node.getAttribute("href") ?? "";
  if (!OUTSIDE.test(href)) node.removeAttribute("href");
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer nofollow");
});

/**
 * What an agent wrote as HTML that is safe to show: no scripts, no styles, no ids or classes that could pass for this page's own, no pictures
 * from elsewhere (a link stands in their place), and HTML in it as the text that it is.
 *
 * @param level of the heading that it stands under: its own begin below
 * @throws where a text is too tangled to be read
 */
export function renderMarkdown(text: string, level: number): string {
  const html = markedBelow(level).parse(text, { async: false });
  return purify.sanitize(html, {
    ALLOWED_TAGS,
    ALLOWED_ATTR,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}

const made = new Map<number, Marked>();

function markedBelow(level: number): Marked {
  const known = made.get(level);
  if (known !== undefined) return known;
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const rank = Math.min(6, level + depth);
        return `<h${rank}>${this.parser.parseInline(tokens)}</h${rank}>`;
      },
      html({ text: raw, block }: Tokens.HTML | Tokens.Tag) {
        return block ? `<p>${escapeHtml(raw)}</p>` : escapeHtml(raw);
      },
      image({ href, text: alt }: Tokens.Image) {
        return `<a href="${escapeHtml(href)}">picture: ${escapeHtml(alt || href)}</a>`;
      },
      checkbox({ checked }: Tokens.Checkbox) {
        return checked ? "☑ " : "☐ ";
      },
    },
  });
  made.set(level, marked);
  return marked;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
