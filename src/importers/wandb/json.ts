/** Values as Python's `json` writes them: JSON, and bare `NaN` and `Infinity`. Pure. */
import { readJson } from '../json';
import { numberOf } from '../values';

/** Undefined for what is no JSON. */
export function parseValue(text: string): unknown {
  const { value, damage } = readJson(text);
  return damage === undefined ? value : undefined;
}

/** Numbers and truth values; NaN and infinities also as text, as some clients write them. */
export const numberIn = (value: unknown): number | undefined => (typeof value === 'boolean' ? Number(value) : numberOf(value));
