/** YAML of other people: no custom tags, few aliases, bounded size. */
import { parse } from 'yaml';
import { isObject } from './values';

const LONGEST = 512 * 1024;

/** The mapping at the top of the document; undefined where there is none. Python's tags become plain values. */
export function readYaml(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    // A few nested aliases can stand for gigabytes.
    const value: unknown = parse(text, { maxAliasCount: 20, logLevel: 'silent', strict: false, uniqueKeys: false });
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
