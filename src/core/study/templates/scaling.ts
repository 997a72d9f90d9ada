/** Is a larger policy enough? Sizes of the policy with proxy and opponent fixed: Figs 10, 11 and 14. */
import { peakContrast, peakDifference, type Selection } from '../effects';
import { ABLATION_BETA, baseExperiment, MAIN_TASK, replayExperiment, sizeExperiment, sizeName, SIZES, type PolicySize } from '../experiments';
import { klFigure, levelFigure, peaksOf } from '../figures';
import { judge } from '../judge';
import { select } from '../selecting';
import type { Claim, StudyFigure, StudyForm, StudyRuns, StudyTemplate } from '../types';
import { replay } from './coverage';
import { armsOf } from './onlineOffline';

export const scaling: StudyTemplate = {
  name: 'scaling',
  title: 'Size of the policy',
  source: 'Section 5.5, Figs 10, 11 and 14',
  finding: 'Larger policies reach higher peaks in every arm. The shuffled arm comes closer to online on two of three tasks, the offline arm slowly: the gap is not a matter of size.',
  hypothesis: 'The gap between online and offline does not go away with the size of the policy.',
  question: 'Does the gap shrink when the policy grows and the proxy does not?',
  experiments: (form, seeds) => SIZES[form].flatMap((size) => (size.isUsual ? [baseExperiment(MAIN_TASK, { form, seeds }), replayExperiment(MAIN_TASK, { form, seeds })] : [sizeExperiment(size, { form, seeds })])),
  analyse: (runs, form) => ({ claims: claimsOf(runs, form), figures: figuresOf(runs, form), notes: [`One task (${MAIN_TASK}), β ${ABLATION_BETA}. KLs of different sizes are measured from different reference policies and are not laid side by side. “Peak” is the best checkpoint of a run, mean over seeds; the paper's text takes the 90% quantile over all experiments.`] }),
};

const ARMS = ['online', 'shuffled', 'offline'] as const;
type ArmName = (typeof ARMS)[number];

/** The usual size is that of the base experiment and of its replay. */
function pick(runs: StudyRuns, form: StudyForm, size: PolicySize, arm: ArmName): Selection {
  const as = `${arm}, ${size.label}`;
  if (!size.isUsual) return select(runs, { experiment: sizeName(size, form), arm, as });
  return { ...(arm === 'shuffled' ? replay(runs, MAIN_TASK, form, arm) : armsOf(runs, MAIN_TASK, form, ABLATION_BETA)[arm]), name: as };
}

function claimsOf(runs: StudyRuns, form: StudyForm): Claim[] {
  const sizes = SIZES[form];
  const [smallest, largest] = [sizes[0], sizes.at(-1)];
  if (smallest === undefined || largest === undefined) return [];
  const of = (size: PolicySize, arm: ArmName): Selection => pick(runs, form, size, arm);
  const change = (arm: ArmName) => peakContrast([
    { ...of(smallest, 'online'), weight: 1 }, { ...of(smallest, arm), weight: -1 },
    { ...of(largest, 'online'), weight: -1 }, { ...of(largest, arm), weight: 1 },
  ]);
  return [
    ...sizes.map((size) => judge({ statement: `With the ${size.label} policy online reaches the higher peak.`, measured: 'online − offline, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peakDifference(of(size, 'online'), of(size, 'offline')) })),
    judge({ statement: `The ${largest.label} policy reaches a higher online peak than the ${smallest.label} one.`, measured: `online ${largest.label} − online ${smallest.label}, peak win rate`, side: { kind: 'above' }, unit: 'win rate', ...peakDifference(of(largest, 'online'), of(smallest, 'online')) }),
    judge({ statement: 'The distance of shuffled from online shrinks with the size.', measured: `(online − shuffled) of ${smallest.label} − that of ${largest.label}, peak win rate`, side: { kind: 'above' }, unit: 'win rate', ...change('shuffled') }),
  ];
}

function figuresOf(runs: StudyRuns, form: StudyForm): StudyFigure[] {
  const sizes = SIZES[form];
  const series = ARMS.map((name) => {
    const peaks = peaksOf(sizes.map((size) => pick(runs, form, size, name)));
    return { name, levels: sizes.map(({ label }, i) => ({ label, value: peaks[i] })) };
  });
  return [
    ...levelFigure({ id: 'scaling-peaks', title: `Peak win rate by size of the policy: ${MAIN_TASK}`, x: 'Policy, by size', caption: 'Proxy and opponent are the same for all sizes. Mean over seeds with its 95% interval.' }, series),
    ...sizes.slice(-1).flatMap((size) => klFigure({ id: 'scaling-largest', title: `The largest policy (${size.label})`, caption: 'KL is measured from the reference policy of this size.' }, ARMS.map((arm) => ({ ...pick(runs, form, size, arm), name: arm })))),
  ];
}
