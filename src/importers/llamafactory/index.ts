/** LLaMA-Factory: `trainer_log.jsonl`, with the Trainer's state and the arguments beside it. */
import path from 'node:path';
import type { Detection, Importer, Look } from '../contract';
import { isArgumentsFile } from '../companions';
import { LlamaFactoryReader, LOG_FILE } from './reader';

const BELONGS = /^(checkpoint-\d+|runs|README\.md|adapter_config\.json|trainer_state\.json|(all|train|eval)_results\.json|running_log\.txt|training_.*\.png)$/;

export const llamafactory: Importer = {
  source: 'llamafactory',
  detect: async (look: Look) => {
    const claim: Pick<Detection, 'source' | 'path'> = { source: 'llamafactory', path: look.path };
    if (look.kind === 'file') {
      const isNamedSo = path.basename(look.path) === LOG_FILE;
      const isOne = look.path.endsWith('.jsonl') && /"current_steps": ?\d/.test((await look.head()).toString('utf8'));
      return isNamedSo || isOne ? [{ ...claim, confidence: 0.97, reason: `${path.basename(look.path)} ${isOne ? 'has lines with current_steps' : 'is the log of LLaMA-Factory'}` }] : [];
    }
    if (!look.entries.some(({ name, kind }) => name === LOG_FILE && kind === 'file')) return [];
    const covers = look.entries.map(({ name }) => name).filter((name) => name === LOG_FILE || BELONGS.test(name) || isArgumentsFile(name));
    return [{ ...claim, confidence: 0.97, reason: `${LOG_FILE} is the log of LLaMA-Factory`, covers }];
  },
  open: (target) => new LlamaFactoryReader(target),
};
