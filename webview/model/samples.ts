/** What both judges made of a sample, and which samples to look at first. */
import type { SampleRecord } from '../../src/core/run/events';

/** `proxy-higher`: the judge that is optimised is pleased with more than the golden one; of that over-optimisation is made. */
export type Judges = 'agree' | 'proxy-higher' | 'golden-higher';

const RANK = { loss: 0, tie: 1, win: 2 } as const;

export function judgesOn({ golden, proxy }: Pick<SampleRecord, 'golden' | 'proxy'>): Judges {
  if (golden === proxy) return 'agree';
  return RANK[proxy] > RANK[golden] ? 'proxy-higher' : 'golden-higher';
}

export const JUDGES: Readonly<Record<Judges, { readonly text: string; readonly hint: string }>> = {
  agree: { text: 'agree', hint: 'Both judges give the same verdict.' },
  'proxy-higher': { text: '≠ proxy prefers it', hint: 'The proxy, which the policy was trained to please, ranks it higher than the golden judge: over-optimisation looks like this.' },
  'golden-higher': { text: '≠ golden prefers it', hint: 'The golden judge ranks it higher than the proxy, which the policy was trained to please.' },
};

/** `The judges disagree on 2 of 6 samples; on 1 the proxy prefers it.` */
export function samplesSentence(samples: readonly SampleRecord[]): string {
  const judged = samples.map(judgesOn);
  const disagree = judged.filter((one) => one !== 'agree').length;
  const higher = judged.filter((one) => one === 'proxy-higher').length;
  const all = `${samples.length} ${samples.length === 1 ? 'sample' : 'samples'}`;
  return disagree === 0 ? `The judges agree on all of ${all}.` : `The judges disagree on ${disagree} of ${all}; on ${higher} the proxy alone prefers the completion.`;
}
