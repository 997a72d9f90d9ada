/** JSON with keys in alphabetical order at every level. */
export function sorted(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) => (isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part),
    indent,
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
