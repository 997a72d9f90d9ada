/** All importers; a new format is one line here and a folder next to this file. */
import type { ForeignSource, Importer } from './contract';
import { jsonl } from './jsonl';
import { mlflow } from './mlflow';
import { tensorboard } from './tensorboard';
import { trl } from './trl';
import { wandb } from './wandb';

export const IMPORTERS: readonly Importer[] = [trl, wandb, mlflow, tensorboard, jsonl];

/** What `--source` may name. */
export const READABLE_SOURCES: readonly ForeignSource[] = IMPORTERS.map(({ source }) => source);

export const importerOf = (source: ForeignSource): Importer | undefined => IMPORTERS.find((importer) => importer.source === source);
