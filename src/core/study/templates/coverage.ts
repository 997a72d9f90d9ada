/** Does coverage explain the gap? Offline on the very data that the online run sampled: Figs 4 and 13. */
import { firstDivergence } from '../../analysis/divergence';
import { atTheEnd, peakContrast, peakDifference, type Selection } from '../effects';
import { ABLATION_BETA, baseExperiment, MAIN_TASK, replayExperiment, replayName, TASKS, WINDOWS, type TaskName } from '../experiments';
import { klFigure, levelFigure, peaksOf } from '../figures';
import { judge } from '../judge';
import { levelsEstimate } from '../levels';
import { select } from '../selecting';
import type { Claim, Estimated, Findings, Side, StudyForm, StudyRuns, StudyTemplate } from '../types';
import { armsOf } from './onlineOffline';

/** Win rates this near are as good as the same: a quarter of the gap that the ablations start from. */
export const SAME: Side = { kind: 'within', margin: 0.02 };

export const coverage: StudyTemplate = {
  name: 'coverage',
  title: 'Coverage',
  source: 'Section 5.1, Figs 4 and 13, App. F and G',
  finding: 'Replayed in its order the online data give the online run again; shuffled it gives little more than the offline data, except on chat arena. Small shuffles do no harm, large ones do.',
  hypothesis: 'Coverage alone does not explain the gap: the same pairs in another order lose most of what online gains.',
  question: 'How much of the gap does an offline arm close that learns from the pairs the online run made?',
  experiments: (form, seeds) => TASKS.flatMap((task) => [baseExperiment(task, { form, seeds }), replayExperiment(task, { form, seeds })]),
  analyse: (runs, form) => {
    const tasks = TASKS.map((task) => ({ task, ...armsOf(runs, task, form, ABLATION_BETA), shuffled: replay(runs, task, form, 'shuffled') }));
    return {
      claims: [...tasks.flatMap(({ task, ...arms }) => taskClaims(task, arms)), ...gradedClaims(runs, form)],
      figures: [
        ...gradedFigure(runs, form),
        ...tasks.flatMap(({ task, online, offline, shuffled }) =>
          klFigure({ id: `coverage-${task}`, title: `Coverage: ${task}`, caption: 'The shuffled arm has the prompts, responses and labels of the online run of the same seed, in a random order.' }, [online, offline, shuffled]),
        ),
      ],
      estimates: [...replayed(runs, form), ...tasks.flatMap(({ task, online, offline, shuffled }) => coverageOf(task, [online, offline, shuffled]))],
      notes: [`All arms at β ${ABLATION_BETA}, one learning rate. The paper pools a sweep of the shuffled arm.`],
    };
  },
};

export const replay = (runs: StudyRuns, task: TaskName, form: StudyForm, arm: string, as = arm): Selection => select(runs, { experiment: replayName(task, form), arm, as });

interface TaskArms {
  readonly online: Selection;
  readonly offline: Selection;
  readonly shuffled: Selection;
}

function taskClaims(task: TaskName, { online, offline, shuffled }: TaskArms): Claim[] {
  const nearer = peakContrast([{ ...online, weight: 1 }, { ...offline, weight: 1 }, { ...shuffled, weight: -2 }]);
  return [
    judge({ statement: `On ${task} the shuffled online data stay below online.`, measured: 'online − shuffled, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peakDifference(online, shuffled) }),
    judge({ statement: `On ${task} the shuffled online data end nearer to offline than to online.`, measured: '(online − shuffled) − (shuffled − offline), peak win rate', side: { kind: 'above' }, unit: 'win rate', ...nearer }),
  ];
}

function gradedClaims(runs: StudyRuns, form: StudyForm): Claim[] {
  const { online } = armsOf(runs, MAIN_TASK, form, ABLATION_BETA);
  const [ordered, near, shuffled] = ['ordered', 'window-near', 'shuffled'].map((arm) => replay(runs, MAIN_TASK, form, arm));
  if (!ordered || !near || !shuffled) return [];
  const [window] = WINDOWS[form];
  return [
    judge({ statement: `On ${MAIN_TASK} the ordered replay gives the online run again.`, measured: 'online − ordered replay, peak win rate', side: SAME, unit: 'win rate', ...peakDifference(online, ordered), also: 'Where it is not the same, the first step that differs tells why.' }),
    judge({ statement: `On ${MAIN_TASK} shuffling within ${window} batches does no harm.`, measured: `online − shuffled within ${window} batches, peak win rate`, side: SAME, unit: 'win rate', ...peakDifference(online, near) }),
    judge({ statement: `On ${MAIN_TASK} shuffling all of it does harm.`, measured: `shuffled within ${window} batches − shuffled, peak win rate`, side: { kind: 'above' }, unit: 'win rate', ...peakDifference(near, shuffled) }),
  ];
}

/** How far the policy's own samples go where neither the data nor the reference say anything (Song et al. 2024). */
const coverageOf = (task: TaskName, arms: readonly Selection[]): Estimated[] => [
  ...levelsEstimate({ name: `Density ratio at the end, median, ${task}`, unit: 'nats/sequence' }, arms, atTheEnd('densityRatioMedian')),
  ...levelsEstimate({ name: `Density ratio at the end, 95% quantile, ${task}`, unit: 'nats/sequence' }, arms, atTheEnd('densityRatio95')),
  ...levelsEstimate({ name: `Samples outside the data at the end, ${task}`, unit: 'share' }, arms, atTheEnd('outsideData')),
];

/** Run by run, to the last bit: what App. F measures as about 0.1% in training statistics. */
function replayed(runs: StudyRuns, form: StudyForm): Estimated[] {
  const { online } = armsOf(runs, MAIN_TASK, form, ABLATION_BETA);
  const pairs = replay(runs, MAIN_TASK, form, 'ordered').runs.flatMap((run) => {
    const own = online.runs.find(({ seed, status }) => seed === run.seed && status === 'finished');
    return own === undefined || run.status !== 'finished' ? [] : [firstDivergence(own, run)];
  });
  if (pairs.length === 0) return [];
  const equal = pairs.filter(({ first }) => first === undefined).length;
  const largest = Math.max(0, ...pairs.flatMap(({ largest: all }) => all.filter(({ metric }) => metric === 'winRate').map(({ difference }) => difference)));
  const steps = pairs.flatMap(({ first }) => (first === undefined ? [] : [first.step]));
  const rest = steps.length === 0 ? '' : ` The others part at step ${Math.min(...steps)} at the earliest; their win rates differ by ${(100 * largest).toFixed(1)} points at most.`;
  return [{ name: 'Ordered replays', effect: null, because: `${equal} of ${pairs.length} are their online run to the last bit.${rest}` }];
}

function gradedFigure(runs: StudyRuns, form: StudyForm): Findings['figures'] {
  const { online, offline } = armsOf(runs, MAIN_TASK, form, ABLATION_BETA);
  const [near, far] = WINDOWS[form];
  const levels = [['ordered', 'in order'], ['window-near', `${near} batches`], ['window-far', `${far} batches`], ['shuffled', 'all of it']] as const;
  const peaks = peaksOf([online, offline, ...levels.map(([arm]) => replay(runs, MAIN_TASK, form, arm))]);
  const [ofOnline, ofOffline, ...ofLevels] = peaks;
  return levelFigure(
    {
      id: 'coverage-graded', title: `Shuffling the online data more and more: ${MAIN_TASK}`, x: 'Shuffled within', across: [{ label: 'online', value: ofOnline }, { label: 'offline', value: ofOffline }],
      caption: 'Peak win rate with its 95% interval. The same pairs throughout; only their order changes.',
    },
    [{ name: 'replay', levels: levels.map(([, label], i) => ({ label, value: ofLevels[i] })) }],
  );
}
