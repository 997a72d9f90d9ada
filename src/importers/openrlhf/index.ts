/** OpenRLHF: its console, or JSON lines of the keys it sends to trackers. Its TensorBoard and W&B files are read as those. */
import path from 'node:path';
import type { Detection, Importer } from '../contract';
import { isConsoleFile, textOf } from '../consoleFile';
import { LineLogReader } from '../lines/reader';
import { claimsOnFiles } from '../look';
import { openrlhfConsole, openrlhfLines } from './format';

const JSON_LINES = /\.jsonl$/i;
/** Keys that only it writes. */
const KEYS = /"(train|eval)\/(logprobs_diff|vllm_kl|chosen_reward|reject_reward|policy_loss|acc_mean|actor_lr)"/;
const STATUS = /(?:Global step|Eval at step) \d+: \{'[\w/]+'/;

export const openrlhf: Importer = {
  source: 'openrlhf',
  detect: (look) => claimsOnFiles(look, (name) => JSON_LINES.test(name) || isConsoleFile(name), claim),
  open: (file, options) => new LineLogReader(file, JSON_LINES.test(file) ? openrlhfLines : openrlhfConsole, options),
};

function claim(file: string, head: Buffer): Detection[] {
  const name = path.basename(file);
  const text = textOf(head);
  const found = (confidence: number, reason: string): Detection[] => [{ source: 'openrlhf', path: file, confidence, reason, covers: [name] }];
  if (JSON_LINES.test(name)) {
    const key = KEYS.exec(text)?.[0];
    return key === undefined ? [] : found(0.8, `${name} has OpenRLHF's key ${key}`);
  }
  if (!isConsoleFile(name)) return [];
  const status = STATUS.exec(text)?.[0];
  if (status !== undefined) return found(0.9, `${name} has OpenRLHF's line "${status}…"`);
  return /\bopenrlhf\b/i.test(text) && /\bnamespace\(/i.test(text) ? found(0.6, `${name} begins with OpenRLHF's arguments`) : [];
}
