/** The proxy is pleased and golden is not: over-optimisation, after Gao et al. 2023, and the falling side of Fig. 1. */
import { gaoFits } from '../../analysis/gao';
import { overOptimisedRuns } from '../../analysis/overoptimisedRuns';
import { gaoText } from '../../figures/fits';
import { atTheEnd, seedContrast, type Selection } from '../effects';
import { ABLATION_BETA, baseExperiment, BASELINE_BETA, LABELS, labelsExperiment, labelsName, MAIN_TASK, pressedExperiment, pressedName, TASKS, type TaskName } from '../experiments';
import { klFigure, levelFigure } from '../figures';
import { effectOf, judge } from '../judge';
import { changeSincePeak, growthOfProxyLead, proxyLead } from '../peaks';
import { select } from '../selecting';
import type { Claim, Estimated, StudyFigure, StudyForm, StudyRuns, StudyTemplate } from '../types';
import { armsOf } from './onlineOffline';

export const overOptimisation: StudyTemplate = {
  name: 'over-optimisation',
  title: 'Over-optimisation of the proxy',
  source: 'Section 2.1, Fig. 1; Gao et al. 2023',
  finding: 'Win rates rise and then fall (Goodhart): the policy goes on pleasing the proxy while golden turns away, sooner with a weaker pull to the reference and with a proxy that learnt from fewer labels.',
  hypothesis: 'Pressed far enough an online policy loses by golden what it goes on gaining by the proxy.',
  question: 'Does the golden win rate fall from its peak while the proxy’s does not, and what brings it on?',
  experiments: (form, seeds) => [
    ...TASKS.flatMap((task) => [baseExperiment(task, { form, seeds }), pressedExperiment(task, { form, seeds })]),
    ...fewest(form).map((labels) => labelsExperiment(labels, { form, seeds })),
  ],
  analyse: (runs, form) => ({ claims: [...TASKS.flatMap((task) => taskClaims(runs, task, form)), ...labelClaims(runs, form)], figures: figuresOf(runs, form), estimates: [...testedRuns(runs, form), ...TASKS.flatMap((task) => gaoPeak(runs, task, form))], notes: ['The peak of a run is chosen on one half of the prompts and scored on the other. Where the last checkpoint is the peak nothing has fallen yet.'] }),
};

/** Each pressed run tested by itself, luck having as many chances as there are runs. */
function testedRuns(runs: StudyRuns, form: StudyForm): Estimated[] {
  const all = TASKS.flatMap((task) => pressed(runs, task, form).runs.filter(({ status }) => status === 'finished'));
  if (all.length === 0) return [];
  const { tested, overOptimised } = overOptimisedRuns(all);
  return [{ name: 'Runs that over-optimise', effect: null, because: `Of ${tested} pressed runs tested one by one, ${overOptimised} fall from their golden peak while the proxy's win rate does not (paired by prompt, Holm's adjustment).` }];
}

/** The top of Gao et al.'s form for RL through all checkpoints of the pressed runs; none where it lies outside the KLs observed. */
function gaoPeak(runs: StudyRuns, task: TaskName, form: StudyForm): Estimated[] {
  const { name, runs: all } = pressed(runs, task, form);
  const finished = all.filter(({ status }) => status === 'finished');
  if (finished.length === 0) return [];
  const fits = gaoFits(finished, name, { resamples: GAO_RESAMPLES });
  const peak = fits.rl?.peak ?? null;
  return [{ name: `KL at the peak by Gao’s RL form, ${task}`, effect: peak && effectOf(peak.kl, 'KL'), because: gaoText(fits) }];
}

/** Fewer than a gap's: the interval rests on a handful of seeds. */
const GAO_RESAMPLES = 400;

const fewest = (form: StudyForm): readonly number[] => LABELS[form].slice(0, 1);
const pressed = (runs: StudyRuns, task: TaskName, form: StudyForm): Selection => select(runs, { experiment: pressedName(task, form), arm: 'online', as: 'β 0.01' });

function taskClaims(runs: StudyRuns, task: TaskName, form: StudyForm): Claim[] {
  const hard = pressed(runs, task, form);
  const soft = armsOf(runs, task, form, BASELINE_BETA).online;
  const falls = seedContrast([{ ...hard, weight: 1, read: atTheEnd('proxyAccuracyOnPolicy') }, { ...hard, weight: -1, read: ({ checkpoints }) => checkpoints[0]?.metrics.proxyAccuracyOnPolicy?.value }]);
  return [
    judge({ statement: `On ${task} the pressed policy’s golden win rate falls from its peak.`, measured: 'end − peak, golden win rate of online at β 0.01', side: { kind: 'below' }, unit: 'win rate', ...seedContrast([{ ...hard, weight: 1, read: changeSincePeak }]), also: 'More steps or a smaller β.' }),
    judge({ statement: `On ${task} the proxy thinks more and more of it.`, measured: 'proxy − golden win rate, end less start, online at β 0.01', side: { kind: 'above' }, unit: 'win rate', ...seedContrast([{ ...hard, weight: 1, read: growthOfProxyLead }]) }),
    judge({ statement: `On ${task} more so than at the baseline’s β.`, measured: 'proxy − golden win rate at the end, β 0.01 less β 0.1', side: { kind: 'above' }, unit: 'win rate', ...seedContrast([{ ...hard, weight: 1, read: leadAtTheEnd }, { ...soft, weight: -1, read: leadAtTheEnd }]) }),
    judge({ statement: `On ${task} the proxy orders the policy’s own pairs worse and worse.`, measured: 'proxy accuracy on the policy’s pairs, end less start', side: { kind: 'below' }, unit: 'accuracy', ...falls }),
  ];
}

const leadAtTheEnd = ({ checkpoints }: Selection['runs'][number]): number | undefined => {
  const last = checkpoints.at(-1);
  return last && proxyLead(last);
};

function labelClaims(runs: StudyRuns, form: StudyForm): Claim[] {
  const all = armsOf(runs, MAIN_TASK, form, ABLATION_BETA).online;
  return fewest(form).map((labels) => {
    const few = select(runs, { experiment: labelsName(labels, form), arm: 'online' });
    return judge({ statement: `On ${MAIN_TASK} a proxy of ${labels} labels is over-optimised more than one of all.`, measured: `proxy − golden win rate at the end, ${labels} labels less all`, side: { kind: 'above' }, unit: 'win rate', ...seedContrast([{ ...few, weight: 1, read: leadAtTheEnd }, { ...all, weight: -1, read: leadAtTheEnd }]) });
  });
}

function figuresOf(runs: StudyRuns, form: StudyForm): StudyFigure[] {
  const value = (read: (run: Selection['runs'][number]) => number | undefined) => (task: TaskName) => ({ label: task, value: seedContrast([{ ...pressed(runs, task, form), weight: 1, read }]).effect });
  return [
    ...levelFigure(
      { id: 'over-optimisation-judges', title: 'What the two judges say of the pressed policy', x: 'Task', isUnordered: true, y: 'Win rate at the end', caption: 'Online at β 0.01 at its end, against the golden policy, by either judge; mean over seeds with its 95% interval.' },
      [{ name: 'proxy', levels: TASKS.map(value(atTheEnd('proxyWinRate'))) }, { name: 'golden', levels: TASKS.map(value(atTheEnd('winRate'))) }],
    ),
    ...TASKS.flatMap((task) => {
      const soft = armsOf(runs, task, form, BASELINE_BETA).online;
      return klFigure({ id: `over-optimisation-${task}`, title: `Golden win rate under pressure: ${task}`, caption: 'Online with a weak and with the baseline’s pull to the reference policy.' }, [pressed(runs, task, form), { ...soft, name: 'β 0.1' }]);
    }),
  ];
}
