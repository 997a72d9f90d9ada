/** Numbers out of what a log line parsed to: flat keys, nested ones joined by `/`. */

/** Deeper nesting is no metric. */
const DEEPEST = 4;
/** More columns than any trainer logs; beyond it a line is data, not measurements. */
const MOST_KEYS = 2000;
/** As Python, JavaScript and C print what is no number. */
const WORDS: Readonly<Record<string, number>> = {
  nan: NaN, NaN: NaN, inf: Infinity, Infinity: Infinity, infinity: Infinity, '+inf': Infinity, '-inf': -Infinity, '-Infinity': -Infinity, '-infinity': -Infinity,
};
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The object itself where all its values are numbers already, which is the usual case and costs nothing. */
export function numbersOf(object: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  let count = 0;
  for (const key in object) {
    count += 1;
    if (typeof object[key] !== 'number' || count > MOST_KEYS) return flattened(object);
  }
  return object as Readonly<Record<string, number>>;
}

function flattened(object: Readonly<Record<string, unknown>>): Record<string, number> {
  const numbers: Record<string, number> = {};
  let left = MOST_KEYS;
  const visit = (value: unknown, key: string, depth: number): void => {
    if (left <= 0) return;
    const number = numberOf(value);
    if (number !== undefined) {
      left -= 1;
      // Not an assignment: a key may be called __proto__.
      Object.defineProperty(numbers, key, { value: number, enumerable: true, writable: true, configurable: true });
    } else if (isObject(value) && depth < DEEPEST) for (const [inner, of] of Object.entries(value)) visit(of, `${key}/${inner}`, depth + 1);
  };
  for (const [key, value] of Object.entries(object)) visit(value, key, 1);
  return numbers;
}

/** Numbers, also as text; undefined for everything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 32) return undefined;
  const text = value.trim();
  if (Object.hasOwn(WORDS, text)) return WORDS[text];
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** Whether an object has just these keys in this order, as one writer writes them. By hand: it is asked for every row. */
export function hasKeys(object: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  let i = 0;
  for (const key in object) {
    if (keys[i] !== key) return false;
    i += 1;
  }
  return i === keys.length;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
