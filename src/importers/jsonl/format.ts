/** What a line of plain JSON says. */
import type { Mapping } from '../contract';
import { isOwnEvent } from '../evaluations';
import { isWholeObject, jsonLine } from '../lines/jsonLine';
import type { LineFormat, LineParser } from '../lines/reader';
import { TableRows } from '../lines/tableRows';
import type { Tables } from '../lines/tables';

export const jsonlFormat: LineFormat = { source: 'jsonl', begin: ({ mapping }) => new JsonlParser(mapping) };

class JsonlParser implements LineParser {
  readonly isWhole = isWholeObject;
  private readonly rows: TableRows;

  constructor(mapping: Mapping | undefined) {
    this.rows = new TableRows(mapping);
  }

  get facts(): LineParser['facts'] {
    return { axis: this.rows.axis };
  }

  take(text: string, _: number, tables: Tables): string | undefined {
    if (text.trim() === '') return undefined;
    const read = jsonLine(text);
    if ('problem' in read) return read.problem;
    // Evaluations of checkpoints in our own form are joined to the run by step, with their intervals.
    return isOwnEvent(read.object) ? undefined : this.rows.add(read.object, tables);
  }

  end(tables: Tables): void {
    this.rows.flush(tables);
  }
}
