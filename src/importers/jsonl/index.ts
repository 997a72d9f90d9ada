/** Plain JSON lines, one object of numbers a line, whatever wrote them. */
import type { Importer } from '../contract';
import { LineLogReader } from '../lines/reader';
import { detectJsonl } from './detect';
import { jsonlFormat } from './format';

export const jsonl: Importer = {
  source: 'jsonl',
  detect: detectJsonl,
  open: (path, options) => new LineLogReader(path, jsonlFormat, options),
};
