/** Runs that differ in their seed only are drawn as one line. */
import type { Run } from '../../../core/run/types';

/** Equal for such runs. Key order counts not: a configuration may have been written by hand. */
export function groupOf(run: Run): string {
  const rest = Object.entries(run.config).filter(([key]) => key !== 'seed');
  return rest.length === 0 ? run.id : sorted(Object.fromEntries(rest));
}

/** JSON with keys in alphabetical order at every level. */
export function sorted(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) => (isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part),
    indent,
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
