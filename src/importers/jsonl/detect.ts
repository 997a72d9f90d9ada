/** Files of JSON lines with a number in them. */
import path from 'node:path';
import type { Detection, Look } from '../contract';
import { isOwnEvent } from '../evaluations';
import { jsonLine } from '../lines/jsonLine';
import { claimsOnFiles, HEAD_BYTES } from '../look';
import { numbersOf } from '../values';

const NAME = /\.(jsonl|ndjson|jsonlines)$/i;
/** Names under which trainers keep numbers rather than text. */
const METRICS_NAME = /metric|log|train|eval|result|history|stats|progress|scalars/i;
const MOST_LINES = 20;
/** Of our own runs and of data sets: other readers' business. */
const NOT_A_LOG = /^(samples|pairs|prompts|completions|dataset|stages)\b/i;

export const detectJsonl = (look: Look): Promise<Detection[]> => claimsOnFiles(look, (name) => NAME.test(name) && !NOT_A_LOG.test(name), claim);

function claim(file: string, head: Buffer): Detection[] {
  const name = path.basename(file);
  if (!NAME.test(name)) return [];
  const lines = wholeLines(head);
  const objects = lines.flatMap((line) => {
    const read = jsonLine(line);
    return 'object' in read ? [read.object] : [];
  });
  if (objects.some(isOwnEvent)) return [{ source: 'jsonl', path: file, confidence: 0.5, reason: `${name} has evaluations of checkpoints in the form of Alignment Gap`, covers: [name] }];
  const keys = new Set(objects.flatMap((object) => Object.keys(numbersOf(object))));
  if (objects.length === 0 || keys.size < 2) return [];
  const isNamedSo = METRICS_NAME.test(name);
  // Long texts are data: prompts and completions with a score.
  const isText = objects.some((object) => Object.values(object).some((value) => typeof value === 'string' && value.length > 200));
  if (isText) return [];
  return [{ source: 'jsonl', path: file, confidence: isNamedSo ? 0.5 : 0.35, reason: `${name} has lines of JSON with the numbers ${[...keys].slice(0, 4).join(', ')}`, covers: [name] }];
}

export function wholeLines(head: Buffer): string[] {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  const end = head.length < HEAD_BYTES ? text.length : text.lastIndexOf('\n');
  return text.slice(0, Math.max(0, end)).split(/\r?\n/).filter((line) => line.trim() !== '').slice(0, MOST_LINES);
}
