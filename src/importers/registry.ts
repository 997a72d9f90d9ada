/** All importers; a new format is one line here and a folder next to this file. */
import type { ForeignSource, Importer } from './contract';
import { csv } from './csv';
import { jsonl } from './jsonl';
import { llamafactory } from './llamafactory';
import { mlflow } from './mlflow';
import { openrlhf } from './openrlhf';
import { tensorboard } from './tensorboard';
import { trl } from './trl';
import { verl } from './verl';
import { wandb } from './wandb';

export const IMPORTERS: readonly Importer[] = [trl, llamafactory, openrlhf, verl, tensorboard, wandb, mlflow, csv, jsonl];

/** What `--source` may name. */
export const READABLE_SOURCES: readonly ForeignSource[] = IMPORTERS.map(({ source }) => source);

export const importerOf = (source: ForeignSource): Importer | undefined => IMPORTERS.find((importer) => importer.source === source);
