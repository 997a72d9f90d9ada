/** What of the KL budget is spent at each checkpoint, and what was bought with it. */
import { klNotes } from '../../src/core/run/comparable';
import { budgetUsage } from '../../src/core/analysis/budget';
import { formatNumber, formatPercent, type PanelRun } from '../../src/core/protocol';
import type { Run } from '../../src/core/run/types';
import type { ChartSpec } from '../charts/spec';
import { stepAxis } from './accuracy';
import { shortFraction } from './gap';
import type { Group } from './groups';
import { howToLog } from './logs';
import { bandNote, groupSeries, type Reading } from './series';

/** Below this a quotient by KL is noise. */
const LEAST_KL = 0.05;

const usageReading = (budget: number | undefined): Reading => ({
  metric: 'kl',
  read: ({ metrics: { kl } }, run) => {
    const total = run.klBudget ?? budget;
    if (!kl || total === undefined || total <= 0) return undefined;
    return { y: kl.value / total, ...(kl.low === undefined ? {} : { low: kl.low / total }), ...(kl.high === undefined ? {} : { high: kl.high / total }) };
  },
});

const referenceWinRate = ({ checkpoints: [first] }: PanelRun): number | undefined => (first?.step === 0 ? first.metrics.winRate?.value : undefined);

const gainReading: Reading = {
  metric: 'winRate',
  read: ({ metrics: { kl, winRate } }, run) => {
    const start = referenceWinRate(run);
    if (!kl || !winRate || start === undefined || kl.value < LEAST_KL) return undefined;
    return { y: (winRate.value - start) / kl.value };
  },
};

export function budgetSpec(groups: readonly Group[], budget: number | undefined): ChartSpec {
  const parts = groups.map((group) => groupSeries(group, usageReading(budget), { seeds: true, endLabel: group.label }));
  const series = parts.flatMap((part) => part.series);
  const hasKl = groups.some(({ runs }) => runs.some(({ checkpoints }) => checkpoints.some(({ metrics }) => metrics.kl)));
  return {
    id: 'budget',
    title: 'KL budget used',
    description: 'KL(π‖π_ref) as a share of the KL budget, per checkpoint.',
    x: stepAxis,
    y: { label: 'KL ÷ budget', scale: 'linear', format: formatPercent, min: 0 },
    series,
    lines: [{ axis: 'y', value: 1, label: budgetLabel(groups, budget), tone: 'limit' }],
    ...(series.length > 0 ? {} : { empty: hasKl ? 'No KL budget is set: give the experiment a klBudget.' : ['No checkpoint of these runs holds a KL from the reference policy.', ...howToLog(groups.flatMap(({ runs }) => runs), ['kl'])].join(' ') }),
    notes: [...bandNote(groups, true), ...klNotes(groups.flatMap(({ runs }) => runs)), ...spentNotes(groups, budget), ...parts.flatMap((part) => part.notes)],
  };
}

/** When each run spent its budget, or by the trend of its last checkpoints will. */
function spentNotes(groups: readonly Group[], budget: number | undefined): string[] {
  const usages = groups.flatMap(({ runs }) => runs.map((run) => ({ run, usage: budgetUsage(asRun(run), run.klBudget ?? budget) })));
  const at = (step: number | null | undefined): string | undefined => (step === null || step === undefined ? undefined : `step ${Math.round(step)}`);
  const spent = usages.flatMap(({ run, usage }) => (at(usage?.spentAtStep) ? [`${run.name} at ${at(usage?.spentAtStep)}`] : []));
  const willBe = usages.flatMap(({ run, usage }) => (run.status === 'running' && at(usage?.spendsAtStep) ? [`${run.name} at ${at(usage?.spendsAtStep)}`] : []));
  return [...(spent.length > 0 ? [`Budget spent: ${spent.join(', ')}.`] : []), ...(willBe.length > 0 ? [`By trend, it will be spent: ${willBe.join(', ')}.`] : [])];
}

/** The analysis speaks of whole runs; of those parts that were not sent it needs none here. */
const asRun = (run: PanelRun): Run => ({ ...run, config: {}, environment: {}, checkpoints: run.checkpoints.map((checkpoint) => ({ ...checkpoint, raw: {} })) });

function budgetLabel(groups: readonly Group[], budget: number | undefined): string {
  const budgets = new Set(groups.flatMap(({ runs }) => runs.map((run) => run.klBudget ?? budget)));
  const [only] = budgets;
  return budgets.size === 1 && only !== undefined ? `budget ${formatNumber(only, 'nats/sequence')} nats` : 'budget';
}

export function gainSpec(groups: readonly Group[]): ChartSpec {
  const parts = groups.map((group) => groupSeries(group, gainReading, { seeds: true, endLabel: group.label }));
  const series = parts.flatMap((part) => part.series);
  return {
    id: 'gain',
    title: 'Win rate gained per nat',
    description: 'Win rate above the reference policy, divided by KL(π‖π_ref), per checkpoint.',
    x: stepAxis,
    y: { label: 'Gain per nat', scale: 'linear', format: (value) => formatNumber(value, 'fraction'), tick: shortFraction },
    series,
    lines: [{ axis: 'y', value: 0, label: '', tone: 'quiet' }],
    ...(series.length > 0 ? {} : { empty: 'This needs KL and win rate, and a checkpoint at step 0 to start from.' }),
    notes: series.length > 0 ? [`Checkpoints below ${LEAST_KL} nats are left out: the quotient is noise there.`, ...parts.flatMap((part) => part.notes)] : [],
  };
}
