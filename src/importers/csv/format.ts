/** What a record of a CSV file says. Lines without quotes are cut directly; all others go to csv-parse. */
import { parse } from 'csv-parse/sync';
import type { Mapping } from '../contract';
import type { LineFormat, LineParser } from '../lines/reader';
import { TableRows } from '../lines/tableRows';
import type { Tables } from '../lines/tables';
import { numberOf } from '../values';
import { shapeOf, type CsvShape } from './raw';

export const csvFormat: LineFormat = { source: 'csv', begin: ({ mapping }) => new CsvParser(mapping) };

/** A record within quotes may hold line ends; one of more lines or characters than this has a stray quote. */
const MOST_LINES = 200;
const LONGEST_RECORD = 1024 * 1024;
const MOST_COLUMNS = 2000;

class CsvParser implements LineParser {
  private shape: CsvShape | undefined;
  private header = '';
  /** The lines of a record whose quote is still open. */
  private open: string[] = [];
  private quotes = 0;
  private length = 0;
  openSince: number | undefined;
  private readonly rows: TableRows;

  constructor(mapping: Mapping | undefined) {
    this.rows = new TableRows(mapping);
  }

  get facts(): LineParser['facts'] {
    return { axis: this.rows.axis };
  }

  take(text: string, line: number, tables: Tables): string | undefined {
    if (text.trim() === '' && this.open.length === 0) return undefined;
    if (this.open.length === 0 && !text.includes('"')) return this.record(text, tables);
    this.openSince ??= line;
    this.open.push(text);
    this.quotes += quotesIn(text);
    this.length += text.length;
    const isOpen = this.quotes % 2 === 1;
    if (isOpen && this.open.length < MOST_LINES && this.length < LONGEST_RECORD) return undefined;
    const [record, since] = [this.open.join('\n'), this.openSince];
    this.open = [];
    [this.quotes, this.length, this.openSince] = [0, 0, undefined];
    return isOpen ? `a quote was opened in line ${since} and never closed` : this.record(record, tables);
  }

  end(tables: Tables): void {
    this.rows.flush(tables);
  }

  isWhole(text: string, isSettled: boolean): boolean {
    // 0.5 may be the beginning of 0.53.
    return isSettled && this.open.length === 0 && this.shape !== undefined && !hasOpenQuote(text) && fieldsOf(text, this.shape.delimiter).length === this.shape.columns.length;
  }

  private record(text: string, tables: Tables): string | undefined {
    // Of a line of commas alone every field would be a column.
    if (text.length > LONGEST_RECORD) return 'the record is too long and was passed over';
    if (this.shape === undefined) {
      this.shape = shapeOf(text, fieldsOf);
      this.header = text;
      if (this.shape.columns.length > MOST_COLUMNS) return `it has more than ${MOST_COLUMNS} columns`;
      if (this.shape.hasHeader) return undefined;
    } else if (text === this.header) return undefined; // a resumed writer wrote it again
    return this.row(fieldsOf(text, this.shape.delimiter), this.shape, tables);
  }

  private row(fields: readonly string[], { columns, delimiter }: CsvShape, tables: Tables): string | undefined {
    if (fields.length > columns.length) return `it has ${fields.length} fields, and the header ${columns.length}`;
    const row: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    columns.forEach((column, i) => {
      const field = fields[i]?.trim() ?? '';
      if (field !== '') row[column] = valueOf(field, delimiter);
    });
    const problem = this.rows.add(row, tables);
    return problem ?? (fields.length < columns.length ? `it has ${fields.length} fields, and the header ${columns.length}; what there is was read` : undefined);
  }
}

const quotesIn = (text: string): number => text.split('"').length - 1;
const hasOpenQuote = (text: string): boolean => quotesIn(text) % 2 === 1;

/** Where fields are parted by semicolons, the comma may be the decimal one. */
export function valueOf(field: string, delimiter: string): string | number {
  return numberOf(delimiter === ';' ? field.replace(',', '.') : field) ?? field;
}

export function fieldsOf(line: string, delimiter: string): readonly string[] {
  if (!line.includes('"')) return line.split(delimiter);
  try {
    const [record] = parse(line, { delimiter, relax_quotes: true, relax_column_count: true, skip_empty_lines: true });
    return record ?? [];
  } catch {
    // A quote in an odd place: the fields as they stand are better than none.
    return line.split(delimiter);
  }
}
