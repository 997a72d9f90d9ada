/** verl: what its console or file logger wrote. Its trackers' files are read as TensorBoard, W&B or MLflow. */
import path from 'node:path';
import type { Detection, Importer } from '../contract';
import { verlLine } from '../console';
import { jsonLine } from '../lines/jsonLine';
import { LineLogReader } from '../lines/reader';
import { isConsoleFile, textOf } from '../consoleFile';
import { claimsOnFiles } from '../look';
import { isObject } from '../values';
import { verlConsole, verlFile } from './format';

const JSON_FILE = /\.jsonl?$/i;
const KEYS = /(actor|critic|response_length|timing_s|global_seqlen|val-core)\//;

export const verl: Importer = {
  source: 'verl',
  detect: (look) => claimsOnFiles(look, (name) => JSON_FILE.test(name) || isConsoleFile(name), claim),
  open: (file, options) => new LineLogReader(file, JSON_FILE.test(file) ? verlFile : verlConsole, options),
};

function claim(file: string, head: Buffer): Detection[] {
  const name = path.basename(file);
  const found = (confidence: number, reason: string): Detection[] => [{ source: 'verl', path: file, confidence, reason, covers: [name] }];
  if (JSON_FILE.test(name)) {
    const line = jsonLine(head.toString('utf8').split('\n', 1)[0] ?? '');
    const data = 'object' in line && 'step' in line.object ? line.object.data : undefined;
    return isObject(data) && Object.keys(data).some((key) => KEYS.test(key)) ? found(0.95, `${name} has lines with "step" and "data" and verl's keys`) : [];
  }
  if (!isConsoleFile(name)) return [];
  const text = textOf(head);
  const printed = text.split('\n').map(verlLine).find((row) => row !== undefined && Object.keys(row.values).some((key) => KEYS.test(key)));
  if (printed !== undefined) return found(0.9, `${name} has verl's lines "step:${printed.step} - …"`);
  return text.includes('actor_rollout_ref') ? found(0.7, `${name} begins with verl's configuration`) : [];
}
