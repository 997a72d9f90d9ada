/** An output directory of transformers' Trainer, or its state file. */
import path from 'node:path';
import type { Detection, Look } from '../contract';
import { isArgumentsFile } from '../companions';
import { checkpointsOf, STATE_FILE } from './read';

const BELONGS = /^(checkpoint-\d+|runs|completions|README\.md|adapter_config\.json|(all|train|eval)_results\.json|training_args\.bin)$/;

export async function detectTrainer(look: Look): Promise<Detection[]> {
  if (look.kind === 'file') return /^trainer_state.*\.json$/.test(path.basename(look.path)) || (await looksLikeState(look)) ? [{ source: 'trl', path: look.path, confidence: 0.95, reason: `${path.basename(look.path)} is a state of transformers' Trainer` }] : [];
  const hasState = look.entries.some(({ name, kind }) => name === STATE_FILE && kind === 'file');
  const inside = hasState ? undefined : await checkpointWithState(look);
  if (!hasState && inside === undefined) return [];
  const covers = look.entries.map(({ name }) => name).filter((name) => BELONGS.test(name) || name === STATE_FILE || isArgumentsFile(name));
  return [{ source: 'trl', path: look.path, confidence: 0.95, reason: `${inside === undefined ? STATE_FILE : `${inside}/${STATE_FILE}`} is a state of transformers' Trainer`, covers }];
}

async function looksLikeState(look: Look): Promise<boolean> {
  if (!look.path.endsWith('.json')) return false;
  const head = (await look.head()).toString('utf8');
  return /"log_history"\s*:/.test(head) || (/"best_model_checkpoint"\s*:/.test(head) && /"epoch"\s*:/.test(head));
}

async function checkpointWithState(look: Look): Promise<string | undefined> {
  for (const step of checkpointsOf(look.entries).reverse().slice(0, 3)) {
    const name = `checkpoint-${step}`;
    if ((await look.inside(name)).some((entry) => entry.name === STATE_FILE)) return name;
  }
  return undefined;
}
