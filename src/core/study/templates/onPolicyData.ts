/** Which property of offline data helps? More on-policy pairs: section 6. */
import { peakDifference } from '../effects';
import { ABLATION_BETA, baseExperiment, DATA_TASKS, policyDataExperiment, type TaskName } from '../experiments';
import { levelFigure, peaksOf } from '../figures';
import { judge } from '../judge';
import type { Claim, StudyFigure, StudyForm, StudyRuns, StudyTemplate } from '../types';
import { SAME } from './coverage';
import { armsOf } from './onlineOffline';
import { written } from './quality';

export const onPolicyData: StudyTemplate = {
  name: 'on-policy-data',
  title: 'More on-policy offline data',
  source: 'Section 6, Fig. 12',
  finding: 'One side of the pairs from the reference policy, that is closeness to where training starts, is what helps; contrast between the sides alone does not.',
  hypothesis: 'Of closeness to the starting policy, contrast and quality, closeness is what makes offline data useful.',
  question: 'Which property of a data set, at equal labels, lets the offline arm reach more?',
  experiments: (form, seeds) => DATA_TASKS.flatMap((task) => [baseExperiment(task, { form, seeds }), policyDataExperiment(task, { form, seeds })]),
  analyse: (runs, form) => ({
    claims: DATA_TASKS.flatMap((task) => claimsOf(runs, task, form)),
    figures: DATA_TASKS.flatMap((task) => figureOf(runs, task, form)),
    notes: ['“early” is the online policy after a fifth of its steps, “final” after all of them, “sft” the reference policy.'],
  }),
};

function claimsOf(runs: StudyRuns, task: TaskName, form: StudyForm): Claim[] {
  const { offline } = armsOf(runs, task, form, ABLATION_BETA);
  const of = (arm: string) => written(runs, task, form, arm);
  const [final, contrast, close] = [of('final-final'), of('early-final'), of('sft-early')];
  return [
    judge({ statement: `On ${task} a side from the reference policy helps.`, measured: 'sft/early − final/final, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peakDifference(close, final) }),
    judge({ statement: `On ${task} contrast alone does not help.`, measured: 'early/final − final/final, peak win rate', side: SAME, unit: 'win rate', ...peakDifference(contrast, final) }),
    judge({ statement: `On ${task} closeness helps more than contrast.`, measured: 'sft/early − early/final, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peakDifference(close, contrast) }),
    judge({ statement: `On ${task} sft/early is no worse than the golden pairs.`, measured: 'sft/early − golden pairs, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peakDifference(close, offline), also: 'The paper has it task dependent.' }),
  ];
}

function figureOf(runs: StudyRuns, task: TaskName, form: StudyForm): StudyFigure[] {
  const { online, offline } = armsOf(runs, task, form, ABLATION_BETA);
  const levels = ['final-final', 'early-final', 'sft-early', 'sft-sft'];
  const [ofOnline, ofOffline, ...ofLevels] = peaksOf([online, offline, ...levels.map((arm) => written(runs, task, form, arm))]);
  return levelFigure(
    {
      id: `on-policy-data-${task}`, title: `Who writes the offline pairs: ${task}`, x: 'Writers of the two responses', isUnordered: true, across: [{ label: 'online', value: ofOnline }, { label: 'offline, golden pairs', value: ofOffline }],
      caption: 'Peak win rate of the offline arm with its 95% interval, by data set.',
    },
    [{ name: 'offline', levels: levels.map((arm, i) => ({ label: arm.replace('-', ' / '), value: ofLevels[i] })) }],
  );
}
