/** HTML as values: text is escaped by being text, and only what was built here is markup. */
import { escapeText } from './escape';

export interface Markup {
  readonly html: string;
}

type Part = Markup | string | number | undefined | readonly Part[];

/** A template whose holes are escaped unless they are `Markup` themselves. */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: texts.map((text, i) => text + (i < parts.length ? render(parts[i]) : '')).join('') };
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return 'html' in part ? part.html : part.map(render).join('');
}

/** Text that is markup already: our own SVG and style sheet, nothing of a user's. */
export const trusted = (html: string): Markup => ({ html });

export interface TableColumn {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** A table that may be wider than the page: then it scrolls, by keyboard too, under its name. */
export function tableMarkup(name: string, columns: readonly TableColumn[], rows: readonly (readonly Part[])[]): Markup {
  const kind = (i: number) => (columns[i]?.isNumber === true ? trusted(' class="n"') : undefined);
  return markup`<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table><thead><tr>${columns.map(({ title }, i) => markup`<th scope="col"${kind(i)}>${title}</th>`)}</tr></thead><tbody>
${rows.map((row) => markup`<tr>${row.map((cell, i) => markup`<td${kind(i)}>${cell}</td>`)}</tr>\n`)}</tbody></table></div>`;
}
