/** Whether the KLs of several runs are one quantity: pictures and gaps that put them on one axis say where they are not. */
import type { Estimate, Quality } from './metrics';

interface WithKl {
  readonly name: string;
  readonly checkpoints: readonly { readonly metrics: { readonly kl?: Estimate } }[];
}

const WORDS: Readonly<Record<Quality, string>> = {
  'from-length': 'per token times the mean length',
  padded: 'padding counted in',
  'train-temperature': 'on training samples',
  'length-average': 'averaged over tokens',
  derived: 'computed from other fields',
};

/** `k1, padding counted in`; the estimator alone where nothing is amiss. */
function howMeasured({ estimator, quality = [] }: Pick<Estimate, 'estimator' | 'quality'>): string {
  return [estimator ?? 'unknown', ...quality.map((one) => WORDS[one])].join(', ');
}

/** Empty where all KLs were measured in one way, and that way gives nats per sequence. */
export function klNotes(runs: readonly WithKl[]): string[] {
  const ways = new Map<string, Set<string>>();
  let isRough = false;
  for (const { name, checkpoints } of runs) {
    for (const { metrics: { kl } } of checkpoints) {
      if (kl === undefined) continue;
      const way = howMeasured(kl);
      ways.set(way, (ways.get(way) ?? new Set()).add(name));
      isRough ||= kl.quality?.some((one) => one === 'from-length' || one === 'padded') === true;
    }
  }
  const listed = [...ways].map(([way, names]) => `${way}: ${some([...names])}`).join('; ');
  if (ways.size > 1) return [`KL was estimated in different ways (${listed}): these numbers are not strictly comparable.`];
  return isRough ? [`KL is a rough estimate (${listed}).`] : [];
}

const some = (names: readonly string[]): string => (names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`);
