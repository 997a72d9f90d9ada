import type { Importer } from '../contract';
import { ImportError } from '../errors';

/** Plain JSON lines. */
export const jsonl: Importer = {
  source: 'jsonl',
  detect: () => Promise.resolve([]),
  open: (path) => ({ refresh: () => Promise.reject(new ImportError('JSON lines cannot be read yet.', path, 'Convert it to CSV.')) }),
};
