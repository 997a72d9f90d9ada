/** Policy and preference-model weights on disk, as safetensors. */
import { readFileSync, writeFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors } from '../policy/safetensors';
import type { TransformerShape } from '../policy/shape';
import { weightsFromBuffers, weightsToBuffers, type TransformerWeights } from '../policy/weights';

export function writeWeights(file: string, weights: TransformerWeights): void {
  const shapes = Object.fromEntries(Object.entries(weights).map(([name, variable]) => [name, variable.shape]));
  writeFileSync(file, encodeSafetensors(weightsToBuffers(weights), shapes));
}

/** Throws, naming the file, where it is damaged or holds another shape's tensors. */
export function readWeights(file: string, shape: TransformerShape): TransformerWeights {
  try {
    return weightsFromBuffers(shape, decodeSafetensors(readFileSync(file)).tensors);
  } catch (error) {
    throw new Error(`cannot read weights from ${file}: ${error instanceof Error ? error.message : String(error)}. Delete its folder and run again to compute it anew.`, { cause: error });
  }
}
