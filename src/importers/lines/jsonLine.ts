/** One line of JSON as an object, or why it is none. */
import { readJson } from '../json';
import { isObject } from '../values';

type JsonLine = { readonly object: Readonly<Record<string, unknown>> } | { readonly problem: string };

export function jsonLine(text: string): JsonLine {
  const { value, damage } = readJson(text);
  if (damage !== undefined) return { problem: `not valid JSON, ${damage.message} (column ${damage.column})` };
  return isObject(value) ? { object: value } : { problem: 'expected a JSON object' };
}

/** No whole object is the beginning of a longer one, so it may count before its line end is written. */
export const isWholeObject = (text: string): boolean => text.trimEnd().endsWith('}') && 'object' in jsonLine(text);
