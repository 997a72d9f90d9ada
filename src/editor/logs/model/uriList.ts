/** `text/uri-list` (RFC 2483): a URI a line, comments begin with a number sign. */
export const urisOf = (list: string): string[] => list.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
