/** Lines of JSON objects as the rows of a table. */
import type { Mapping } from '../contract';
import { isOwnEvent } from '../evaluations';
import { isWholeObject, jsonLine } from './jsonLine';
import type { LineParser } from './reader';
import { TableRows } from './tableRows';
import type { Tables } from './tables';

export class JsonRows implements LineParser {
  readonly isWhole = isWholeObject;
  protected readonly rows: TableRows;

  constructor(mapping: Mapping | undefined) {
    this.rows = new TableRows(mapping);
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
