/** What a foreign run is called: from its path, because hardly any log names its run. Pure. */
import type { RawLog } from '../contract';

export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
}

/** Folder names that say nothing about the run: the folder above is named too. */
const GENERIC = /^(out|outputs?|results?|logs?|runs?|models?|checkpoints?|train|tensorboard|wandb|files|mlruns|metrics|data|ckpts?|saves?|[\d._-]+)$/i;

/** The id is stable for a path, and no two logs of one machine share one. */
export function identityOf({ path, part, name, experiment }: Pick<RawLog, 'path' | 'part' | 'name' | 'experiment'>): Identity {
  const folders = path.split(/[\\/]/).filter((segment) => segment !== '');
  const base = (folders.pop() ?? path).replace(/\.(jsonl?|csv|tsv|txt|log|wandb)$/i, '');
  const above = folders.pop() ?? '';
  const isGeneric = GENERIC.test(base) && above !== '';
  const own = isGeneric ? `${above}/${base}` : base;
  const called = name ?? (part === undefined ? own : `${own}/${part}`);
  const within = experiment ?? (isGeneric ? folders.pop() ?? above : above);
  return { id: `${within}/${called}~${hashOf(`${path}\u0000${part ?? ''}`)}`, name: called, experiment: within };
}

/** 32-bit FNV-1a as hexadecimal digits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
