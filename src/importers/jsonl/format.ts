/** Plain JSON lines: the table's own columns say which axis its steps count in. */
import { JsonRows } from '../lines/jsonRows';
import type { LineFormat, LineParser } from '../lines/reader';

export const jsonlFormat: LineFormat = { source: 'jsonl', begin: ({ mapping }) => new PlainRows(mapping) };

class PlainRows extends JsonRows {
  get facts(): LineParser['facts'] {
    return { axis: this.rows.axis };
  }
}
