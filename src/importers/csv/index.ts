/** Tables of comma-separated values: Lightning's CSVLogger, exports of Aim, W&B and pandas, our own `export`. */
import type { Importer } from '../contract';
import { LineLogReader } from '../lines/reader';
import { detectCsv } from './detect';
import { csvFormat } from './format';

export const csv: Importer = {
  source: 'csv',
  detect: detectCsv,
  open: (path, options) => new LineLogReader(path, csvFormat, options),
};
