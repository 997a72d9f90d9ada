/** Program of determinism.test.ts: thirty online steps, then the digest of the weights. */
import { RandomStream } from '../../../../src/core/random';
import { tf } from '../../../../src/training/backend/tensorflow';
import { startWasm } from '../../../../src/training/backend/wasm';
import { preferenceLoss } from '../../../../src/training/objectives/registry';
import { createAdam } from '../../../../src/training/optimiser/adam';
import { gradientStep } from '../../../../src/training/optimiser/gradientStep';
import { sampleResponses } from '../../../../src/training/policy/sampler';
import { createWeights, digestWeights } from '../../../../src/training/policy/weights';
import { TINY, halves, randomRows } from '../models';

async function main(seed: number, folder: string): Promise<void> {
  await startWasm(folder);
  const weights = createWeights(TINY, RandomStream.of(seed, 'weights'));
  const adam = createAdam(weights);
  const prompts = randomRows(TINY, 16, RandomStream.of(seed, 'prompts'));
  const noise = RandomStream.of(seed, 'noise');
  for (let step = 0; step < 30; step += 1) {
    const rows = sampleResponses(weights, TINY, prompts, noise);
    gradientStep(() => preferenceLoss('ipo', halves(weights, TINY, rows), 0.1), weights, adam, 1e-2);
  }
  console.log(`${tf.getBackend()} ${digestWeights(weights)}`);
}

void main(Number(process.argv[2]), process.argv[3] ?? '');
