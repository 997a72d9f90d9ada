/** Does the quality of the responses explain the gap? Offline on pairs that the final online policy wrote: Figs 5 and 12. */
import { peakDifference, type Selection } from '../effects';
import { ABLATION_BETA, baseExperiment, DATA_TASKS, policyDataExperiment, policyDataName, type TaskName } from '../experiments';
import { klFigure } from '../figures';
import { judge } from '../judge';
import { select } from '../selecting';
import type { Claim, StudyForm, StudyRuns, StudyTemplate } from '../types';
import { armsOf } from './onlineOffline';

export const quality: StudyTemplate = {
  name: 'quality',
  title: 'Quality of the data',
  source: 'Section 5.2, Figs 5 and 12',
  finding: 'Offline on golden-labelled pairs of the final online policy rises little above the reference policy and stays below offline on the golden pairs.',
  hypothesis: 'Better responses in the data do not help the offline arm: it does not lag because its data are poor.',
  question: 'Does the offline arm catch up when both responses of its pairs come from the final online policy?',
  experiments: (form, seeds) => DATA_TASKS.flatMap((task) => [baseExperiment(task, { form, seeds }), policyDataExperiment(task, { form, seeds })]),
  analyse: (runs, form) => ({
    claims: DATA_TASKS.flatMap((task) => claimsOf(runs, task, form)),
    figures: DATA_TASKS.flatMap((task) => {
      const { online, offline } = armsOf(runs, task, form, ABLATION_BETA);
      const [final, early, sft] = (['final-final', 'early-final', 'sft-sft'] as const).map((arm) => written(runs, task, form, arm));
      return klFigure({ id: `quality-${task}`, title: `Quality: ${task}`, caption: 'The offline arms differ in who wrote both responses of a pair; all pairs are labelled by golden.' }, [online, offline, final, early, sft].filter((one) => one !== undefined));
    }),
    notes: [`All arms at β ${ABLATION_BETA}, one learning rate, and as many steps as the online run. The paper gives this arm 20,000 steps in place of 4,000.`],
  }),
};

export const written = (runs: StudyRuns, task: TaskName, form: StudyForm, arm: string): Selection => select(runs, { experiment: policyDataName(task, form), arm });

function claimsOf(runs: StudyRuns, task: TaskName, form: StudyForm): Claim[] {
  const { online, offline } = armsOf(runs, task, form, ABLATION_BETA);
  const [final, sft] = [written(runs, task, form, 'final-final'), written(runs, task, form, 'sft-sft')];
  return [
    judge({ statement: `On ${task} pairs of the final policy give less than the golden pairs.`, measured: 'offline on final/final − offline on golden pairs, peak win rate', side: { kind: 'below' }, unit: 'win rate', ...peakDifference(final, offline) }),
    judge({ statement: `On ${task} online stays ahead of offline on the best pairs.`, measured: 'online − offline on final/final, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peakDifference(online, final) }),
    judge({ statement: `On ${task} pairs of the final policy give no more than pairs of the reference policy.`, measured: 'offline on final/final − offline on sft/sft, peak win rate', side: { kind: 'below' }, unit: 'win rate', ...peakDifference(final, sft), also: 'Quality that helps here would speak for Pan et al. 2025 and against this finding.' }),
  ];
}
