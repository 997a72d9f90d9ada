/** A table of comma-separated values, as far as it is read: the header and how its fields are parted. */

export interface CsvShape {
  readonly delimiter: string;
  /** A column without a name (pandas' index) is called `index`; a table of numbers alone has `column1` and so on. */
  readonly columns: readonly string[];
  readonly hasHeader: boolean;
}

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** @param first the first line, without its end */
export function shapeOf(first: string, fieldsOf: (line: string, delimiter: string) => readonly string[]): CsvShape {
  const delimiter = [...DELIMITERS].sort((a, b) => first.split(b).length - first.split(a).length)[0] ?? ',';
  const fields = fieldsOf(first, delimiter);
  const hasHeader = !fields.every((field) => field.trim() === '' || Number.isFinite(Number(field)));
  const columns = fields.map((field, i) => (hasHeader ? field.trim() || (i === 0 ? 'index' : `column${i + 1}`) : `column${i + 1}`));
  return { delimiter, columns, hasHeader };
}
