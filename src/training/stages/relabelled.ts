/** Stage 4: D_golden – the same responses with the golden preference model's hard labels (§4.1); its ties are dropped. */
import type { PreferenceModel } from '../preference/model';
import { concatRows, takeRows, type PreferencePairs } from '../rows';
import type { Facts, Pipeline } from './pipeline';
import { readPairs, writePairs } from './rowsFile';
import { round } from './sft';

export async function computeRelabelled(pipeline: Pipeline, folder: string): Promise<Facts> {
  const [data, golden] = [await pipeline.data(), await pipeline.golden()];
  const train = relabel(data.train, golden);
  const heldOut = relabel(data.heldOut, golden);
  writePairs(folder, 'train', train.pairs);
  writePairs(folder, 'held-out', heldOut.pairs);
  return { trainPairs: train.pairs.chosen.rows, heldOutPairs: heldOut.pairs.chosen.rows, labelsChanged: round(train.changed), ties: train.ties };
}

export const loadRelabelled = (folder: string): { readonly train: PreferencePairs; readonly heldOut: PreferencePairs } => ({
  train: readPairs(folder, 'train'),
  heldOut: readPairs(folder, 'held-out'),
});

/** `changed`: fraction of the kept pairs whose label the judge reversed. */
export function relabel(pairs: PreferencePairs, judge: PreferenceModel): { readonly pairs: PreferencePairs; readonly changed: number; readonly ties: number } {
  const [a, b] = [judge.scores(pairs.chosen), judge.scores(pairs.rejected)];
  const kept = Int32Array.from(a.keys()).filter((i) => a[i] !== b[i]);
  const count = pairs.chosen.rows;
  const both = concatRows(pairs.chosen, pairs.rejected);
  const swapped = kept.map((i) => Number((b[i] ?? 0) > (a[i] ?? 0)));
  return {
    pairs: {
      chosen: takeRows(both, kept.map((i, at) => i + (swapped[at] ? count : 0))),
      rejected: takeRows(both, kept.map((i, at) => i + (swapped[at] ? 0 : count))),
    },
    changed: swapped.reduce((sum, s) => sum + s, 0) / Math.max(1, kept.length),
    ties: count - kept.length,
  };
}

