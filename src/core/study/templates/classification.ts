/** Does better classification mean better generation? Figs 6, 7 and 8. */
import { classificationVersusGeneration } from '../../analysis/classification';
import { atTheEnd, peakDifference, seedContrast, type Reading, type Selection } from '../effects';
import { baseExperiment, TASKS, type TaskName } from '../experiments';
import { scatterFigure } from '../figures';
import { judge } from '../judge';
import type { Claim, StudyForm, StudyRuns, StudyTemplate } from '../types';
import { armsOf } from './onlineOffline';

export const classification: StudyTemplate = {
  name: 'classification',
  title: 'Classification against generation',
  source: 'Section 5.3, Figs 6, 7 and 8',
  finding: 'The proxy classifies better than a policy does, and offline better than online; but accuracy does not predict the win rate: not among offline checkpoints, and across arms the other way round. The winners’ log-probability falls in every arm.',
  hypothesis: 'Offline training makes the better classifier and online training the better generator.',
  question: 'Does the policy that orders pairs better also win more?',
  experiments: (form, seeds) => TASKS.map((task) => baseExperiment(task, { form, seeds })),
  analyse: (runs, form) => ({
    claims: TASKS.flatMap((task) => claimsOf(runs, task, form)),
    figures: TASKS.flatMap((task) => {
      const { online, offline } = armsOf(runs, task, form);
      return scatterFigure(
        { id: `classification-${task}`, title: `Accuracy against win rate: ${task}`, x: 'Held-out pairs ordered rightly', rules: [{ axis: 'x', at: 0.5, label: 'chance' }], caption: 'A mark is a checkpoint. Checkpoints of a run go together; the claims count runs and seeds.' },
        [online, offline], ({ metrics }) => metrics.policyAccuracy?.value,
      );
    }),
    notes: ['Accuracy on held-out pairs; the paper has it on the training pairs. Correlation within a run: Spearman’s ρ over its checkpoints, mean over runs, the interval draws runs.'],
  }),
};

function claimsOf(runs: StudyRuns, task: TaskName, form: StudyForm): Claim[] {
  const { online, offline } = armsOf(runs, task, form);
  const difference = (a: Selection, b: Selection, metric: Parameters<typeof atTheEnd>[0], other = metric) =>
    seedContrast([{ ...a, weight: 1, read: atTheEnd(metric) }, { ...b, weight: -1, read: atTheEnd(other) }]);
  const within = classificationVersusGeneration(offline.runs.filter(({ status }) => status === 'finished')).within ?? undefined;
  const change: Reading = atTheEnd('logpChosenChange');
  return [
    judge({ statement: `On ${task} the proxy classifies better than the offline policy.`, measured: 'proxy − offline policy, accuracy on held-out pairs at the end', side: { kind: 'above' }, unit: 'accuracy', ...difference(offline, offline, 'proxyAccuracy', 'policyAccuracy') }),
    judge({ statement: `On ${task} offline classifies better than online.`, measured: 'offline − online, accuracy on held-out pairs at the end', side: { kind: 'above' }, unit: 'accuracy', ...difference(offline, online, 'policyAccuracy') }),
    judge({ statement: `On ${task} online generates better than offline.`, measured: 'online − offline, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peakDifference(online, offline) }),
    judge({ statement: `On ${task} accuracy and win rate do not rise together within offline runs.`, measured: 'Spearman’s ρ of accuracy and win rate over the checkpoints of an offline run', side: { kind: 'below' }, unit: 'rank correlation', effect: within, seeds: new Set(offline.runs.map(({ seed }) => seed)).size }),
    judge({ statement: `On ${task} the winners’ log-probability falls in the offline arm.`, measured: 'log π − log π_ref of the chosen held-out responses at the end, offline', side: { kind: 'below' }, unit: 'nats/sequence', ...seedContrast([{ ...offline, weight: 1, read: change }]) }),
  ];
}
