/** User text (names, samples, messages) on its way into SVG or HTML; attributes are always double-quoted here. */

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters that XML forbids even escaped are shown as U+FFFD, so that an SVG always parses. */
export const escapeText = (text: string) =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character).replace(FORBIDDEN_IN_XML, '\ufffd');

// these are the characters the XML specification (Char, section 2.2) excludes
const FORBIDDEN_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
