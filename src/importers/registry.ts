/** All importers; a new format is one line here and a folder next to this file. */
import type { ForeignSource, Importer } from './contract';
import { jsonl } from './jsonl';
import { trl } from './trl';

export const IMPORTERS: readonly Importer[] = [trl, jsonl];

export const importerOf = (source: ForeignSource): Importer | undefined => IMPORTERS.find((importer) => importer.source === source);
