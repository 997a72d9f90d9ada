/** Nested settings as paths and values, so that two of them can be laid side by side. */
import type { FieldDiff } from './diffTypes';

/**
 * Every leaf by its path: `stages.pairs`, `beta[0]`. Dots, brackets and backslashes within a literal key are escaped by a
 * backslash, and an empty key is written `\0`, so no two places share a path. Empty objects and lists are leaves, for
 * having none is a value too; only settings as a whole that hold nothing have no leaf.
 */
export function flatten(value: unknown, path = ''): Map<string, unknown> {
  if (Array.isArray(value) && value.length > 0) {
    return merge((value as readonly unknown[]).map((item, i) => flatten(item, `${path}[${i}]`)));
  }
  if (isObject(value) && Object.keys(value).length > 0) {
    return merge(Object.entries(value).map(([key, item]) => flatten(item, join(path, key))));
  }
  if (path === '' && isObject(value)) return new Map<string, unknown>();
  return value === undefined ? new Map<string, unknown>() : new Map([[path, value]]);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (path: string, key: string): string => {
  const escaped = key === '' ? '\\0' : key.replace(/[\\.[\]]/g, '\\$&');
  return path === '' ? escaped : `${path}.${escaped}`;
};

const merge = (maps: readonly Map<string, unknown>[]): Map<string, unknown> => new Map(maps.flatMap((map) => [...map]));

/**
 * What two settings do not have in common, by path, in the natural order of paths; the order of keys does not count, `1`
 * and `"1"` differ, a missing key is a difference.
 * @param ignore paths to pass over, with `*` for any run of characters; a path covers what lies below it
 */
export function diffFields(a: unknown, b: unknown, ignore: readonly string[] = []): FieldDiff[] {
  const [ofA, ofB] = [flatten(a), flatten(b)];
  const ignored = ignore.map(toPattern);
  const paths = [...new Set([...ofA.keys(), ...ofB.keys()])].filter((path) => !ignored.some((pattern) => pattern.test(path)));
  const natural = new Intl.Collator('en', { numeric: true });
  // The collator takes some different texts for equal; without the second comparison their order would depend on a and b.
  return paths.sort((one, other) => natural.compare(one, other) || (one < other ? -1 : 1)).flatMap((path): FieldDiff[] => {
    const [valueA, valueB] = [ofA.get(path), ofB.get(path)];
    if (!ofB.has(path)) return [{ path, a: valueA, b: undefined, kind: 'only-a' }];
    if (!ofA.has(path)) return [{ path, a: undefined, b: valueB, kind: 'only-b' }];
    return sameLeaf(valueA, valueB) ? [] : [{ path, a: valueA, b: valueB, kind: 'changed' }];
  });
}

/** Leaves are scalars, `[]` or `{}`. */
const sameLeaf = (a: unknown, b: unknown): boolean => Object.is(a, b) || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));

function toPattern(pattern: string): RegExp {
  const source = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')).join('.*');
  return new RegExp(`^${source}($|[.[])`);
}
