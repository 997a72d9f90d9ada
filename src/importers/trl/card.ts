/** A model card's front matter and the lists that transformers, TRL and axolotl write below it. */
import { numberOf } from '../values';
import { readYaml } from '../yaml';
import type { ModelCard } from './raw';

const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---\s*(?:\r?\n|$)/;
const AXOLOTL = /```ya?ml\r?\n([\s\S]*?)```/;

export function readCard(text: string): ModelCard {
  const front = readYaml(FRONT_MATTER.exec(text)?.[1] ?? '') ?? {};
  const axolotl = /axolotl/i.test(text) ? readYaml(AXOLOTL.exec(text)?.[1] ?? '') : undefined;
  const { base_model: base, model_name: name } = front;
  const baseModel: unknown = Array.isArray(base) ? base[0] : base;
  return {
    tags: [front.tags].flat().filter((tag) => typeof tag === 'string'),
    ...(typeof baseModel === 'string' && baseModel !== 'None' ? { baseModel } : {}),
    ...(typeof name === 'string' ? { modelName: name } : {}),
    hyperparameters: Object.fromEntries(listUnder(text, /hyperparameters were used/i).map(([key, value]) => [key, numberOf(value) ?? value])),
    versions: Object.fromEntries(listUnder(text, /^#+\s*Framework versions/im)),
    ...(axolotl === undefined ? {} : { axolotl }),
  };
}

/** `- name: value` and `- name value` lines that follow a heading. */
function listUnder(text: string, heading: RegExp): [string, string][] {
  const start = text.search(heading);
  if (start < 0) return [];
  const lines = text.slice(start, start + 8192).split(/\r?\n/).slice(1);
  const first = lines.findIndex((line) => /^\s*[-*] /.test(line));
  if (first < 0) return [];
  const entries: [string, string][] = [];
  for (const line of lines.slice(first)) {
    const [, key, value] = /^\s*[-*] ([\w.-]+)\s*:?\s+(.+)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) break;
    entries.push([key, value.trim()]);
  }
  return entries;
}
