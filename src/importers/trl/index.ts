/** TRL and everything else on transformers' Trainer: axolotl, alignment-handbook, ms-swift, Unsloth. */
import type { Importer } from '../contract';
import { detectTrainer } from './detect';
import { TrainerReader } from './reader';

export const trl: Importer = {
  source: 'trl',
  detect: detectTrainer,
  open: (path) => new TrainerReader(path),
};
