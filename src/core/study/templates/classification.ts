/** Does better classification mean better generation? Figs 6, 7 and 8. */
import { classificationVersusGeneration } from '../../analysis/classification';
import { atTheEnd, peakDifference, seedContrast, type Selection } from '../effects';
import { baseExperiment, TASKS, type TaskName } from '../experiments';
import { scatterFigure } from '../figures';
import { effectOf, judge } from '../judge';
import { levelsEstimate } from '../levels';
import type { Claim, Estimated, StudyForm, StudyRuns, StudyTemplate } from '../types';
import { armsOf } from './onlineOffline';

export const classification: StudyTemplate = {
  name: 'classification',
  title: 'Classification against generation',
  source: 'Section 5.3, Figs 6, 7 and 8',
  finding: 'The proxy classifies better than a policy does, and offline better than online; but accuracy does not predict the win rate: not among offline checkpoints, and across arms the other way round. The winners’ log-probability falls in every arm, most offline.',
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
    estimates: TASKS.flatMap((task) => [...acrossRuns(runs, task, form), ...shiftsOf(runs, task, form)]),
    notes: ['Accuracy on held-out pairs; the paper has it on the training pairs. Correlation within a run: Spearman’s ρ over its checkpoints, mean over runs, the interval draws runs.', 'Shifts of log-probabilities are read at the end of the runs, where the arms stand at different KLs: an arm that has gone further from the reference policy falls further for that alone.'],
  }),
};

function claimsOf(runs: StudyRuns, task: TaskName, form: StudyForm): Claim[] {
  const { online, offline } = armsOf(runs, task, form);
  const difference = (a: Selection, b: Selection, metric: Parameters<typeof atTheEnd>[0], other = metric) =>
    seedContrast([{ ...a, weight: 1, read: atTheEnd(metric) }, { ...b, weight: -1, read: atTheEnd(other) }]);
  const within = classificationVersusGeneration(offline.runs.filter(({ status }) => status === 'finished')).within ?? undefined;
  const falls = (arm: Selection) => seedContrast([{ ...arm, weight: 1, read: atTheEnd('logpChosenChange') }]);
  return [
    judge({ statement: `On ${task} the proxy classifies better than the offline policy.`, measured: 'proxy − offline policy, accuracy on held-out pairs at the end', side: { kind: 'above' }, unit: 'accuracy', ...difference(offline, offline, 'proxyAccuracy', 'policyAccuracy') }),
    judge({ statement: `On ${task} offline classifies better than online.`, measured: 'offline − online, accuracy on held-out pairs at the end', side: { kind: 'above' }, unit: 'accuracy', ...difference(offline, online, 'policyAccuracy') }),
    judge({ statement: `On ${task} online generates better than offline.`, measured: 'online − offline, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peakDifference(online, offline) }),
    judge({ statement: `On ${task} accuracy and win rate do not rise together within offline runs.`, measured: 'Spearman’s ρ of accuracy and win rate over the checkpoints of an offline run', side: { kind: 'below' }, unit: 'rank correlation', effect: within, seeds: new Set(offline.runs.map(({ seed }) => seed)).size }),
    judge({ statement: `On ${task} the winners’ log-probability falls in the offline arm.`, measured: 'log π − log π_ref of the chosen held-out responses at the end, offline', side: { kind: 'below' }, unit: 'nats/sequence', ...falls(offline) }),
    judge({ statement: `On ${task} it falls in the online arm too.`, measured: 'log π − log π_ref of the chosen held-out responses at the end, online', side: { kind: 'below' }, unit: 'nats/sequence', ...falls(online) }),
    judge({ statement: `On ${task} it falls most offline.`, measured: 'offline − online, log π − log π_ref of the chosen held-out responses at the end', side: { kind: 'below' }, unit: 'nats/sequence', ...difference(offline, online, 'logpChosenChange') }),
  ];
}

/** Fig. 7: over the runs of both arms, which may go the other way than within a run. */
function acrossRuns(runs: StudyRuns, task: TaskName, form: StudyForm): Estimated[] {
  const { online, offline } = armsOf(runs, task, form);
  const { between } = classificationVersusGeneration([...online.runs, ...offline.runs].filter(({ status }) => status === 'finished'));
  if (between === null) return [];
  const effect = effectOf(between, 'rank correlation');
  return [{ name: `Accuracy and win rate across runs, ${task}`, effect, because: `Spearman’s ρ of their means over ${between.runs} runs of both arms: ${effect.text}.` }];
}

/** Fig. 8, bottom: that of the losers falls more, else no pair would be learnt. */
function shiftsOf(runs: StudyRuns, task: TaskName, form: StudyForm): Estimated[] {
  const { online, offline } = armsOf(runs, task, form);
  return [
    ...levelsEstimate({ name: `Shift of the winners’ log-probability at the end, ${task}`, unit: 'nats/sequence' }, [offline, online], atTheEnd('logpChosenChange')),
    ...levelsEstimate({ name: `Shift of the losers’ log-probability at the end, ${task}`, unit: 'nats/sequence' }, [offline, online], atTheEnd('logpRejectedChange')),
    ...levelsEstimate({ name: `Accuracy on training pairs at the end, ${task}`, unit: 'accuracy' }, [offline, online], atTheEnd('trainAccuracy')),
  ];
}
