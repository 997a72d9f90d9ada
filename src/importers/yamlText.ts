/** YAML of others: few aliases, and no types of Python's, so that a file can neither grow in memory nor make objects. */
import { parseDocument } from 'yaml';

/** @throws YAMLParseError, ReferenceError where aliases multiply */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, { customTags: [], logLevel: 'silent' });
  if (document.errors[0] !== undefined) throw document.errors[0];
  return document.toJS({ maxAliasCount: 100 }) as unknown;
}
