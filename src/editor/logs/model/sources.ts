/** The sources that can be read, for people. The readers themselves are in a bundle of their own, which the host does not load. */
import type { ForeignSource } from '../../../importers';

export const SOURCE_NAMES: Readonly<Record<ForeignSource, string>> = {
  trl: 'TRL and other trainers on transformers (trainer_state.json)',
  llamafactory: 'LLaMA-Factory (trainer_log.jsonl)',
  openrlhf: 'OpenRLHF (console log or JSON lines)',
  verl: 'verl (console log or file logger)',
  tensorboard: 'TensorBoard event files',
  wandb: 'Weights & Biases offline run (.wandb)',
  mlflow: 'MLflow file store or SQLite database',
  csv: 'A table: CSV, TSV',
  jsonl: 'JSON lines',
};

export const isSource = (value: unknown): value is ForeignSource => typeof value === 'string' && Object.hasOwn(SOURCE_NAMES, value);
