/** A value as Python's `json` writes it: JSON, and bare `NaN` and `Infinity`. */

const BARE: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** Undefined for what is no JSON. An object with a bare NaN inside is none: media and histograms are not our numbers. */
export function parseValue(text: string): unknown {
  const bare = BARE[text];
  if (bare !== undefined) return bare;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Numbers only: W&B marks a NaN of an older client as text. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? BARE[value] : undefined;
}
