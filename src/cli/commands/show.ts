import type { Command } from 'commander';
import { METRICS, METRIC_NAMES, type Estimate, type MetricName } from '../../core/run/metrics';
import { runDocument } from '../../core/run';
import type { Run } from '../../core/run/types';
import { loadRun } from '../inputs';
import type { Io } from '../io';
import { statusText } from '../render/status';
import { oneLine, table, type Column } from '../render/table';

interface Options {
  readonly json?: boolean;
  readonly all?: boolean;
}

export function addShow(program: Command, io: Io): void {
  program
    .command('show')
    .description('Show one run: its settings, and what was measured at each checkpoint')
    .argument('<run>', 'a run directory')
    .option('--all', 'every metric, not only the main ones')
    .option('--json', 'print one JSON document (alignment-gap/run@1)')
    .addHelpText('after', '\nExample:\n  $ alignment-gap show alignment-runs/online-vs-offline/online-b0.1-s1')
    .action(async (given: string, options: Options) => {
      const run = await loadRun(given);
      io.out(options.json === true ? `${JSON.stringify(runDocument(run), null, 2)}\n` : showText(run, options.all === true));
    });
}

const MAIN: readonly MetricName[] = ['kl', 'winRate', 'winRateVsReference', 'proxyWinRate', 'policyAccuracy', 'proxyAccuracy', 'responseLength', 'loss'];

export function showText(run: Run, all = false): string {
  const facts = [
    ['Run', run.id],
    ['Status', run.failure === undefined ? statusText(run) : `${statusText(run)}: ${run.failure}`],
    ['Arm', `${run.arm} (${run.sampling}, ${run.objective}, β ${run.beta ?? '–'}, seed ${run.seed ?? '–'})`],
    ['Progress', run.progress === undefined ? '–' : `step ${run.progress.step} of ${run.progress.steps}`],
    ['KL budget', run.klBudget === undefined ? '–' : `${run.klBudget} nats per sequence`],
    ['Path', run.path],
  ];
  const warnings = run.warnings.map(({ code, message, at }) => `  ! ${oneLine(message)} (${code}${at === undefined ? '' : `, ${oneLine(at)}`})\n`);
  return [table([{ title: '' }, { title: '' }], facts).replace(/^\n/, ''), '\n', checkpointTable(run, all), ...(warnings.length > 0 ? ['\nWarnings:\n', ...warnings] : [])].join('');
}

/** One column a metric that any checkpoint has; fractions in percent, KL with its share of the budget. */
export function checkpointTable(run: Run, all = false): string {
  if (run.checkpoints.length === 0) return 'No checkpoint has been written yet.\n';
  const names = (all ? METRIC_NAMES : MAIN).filter((name) => run.checkpoints.some(({ metrics }) => metrics[name] !== undefined));
  const columns: Column[] = [{ title: 'STEP', align: 'right' }, ...names.map((name) => ({ title: METRICS[name].label.toUpperCase(), align: 'right' as const }))];
  const withBudget = run.klBudget !== undefined && names.includes('kl');
  if (withBudget) columns.push({ title: 'BUDGET', align: 'right' });
  return table(columns, run.checkpoints.map(({ step, metrics }) => {
    const budget = metrics.kl === undefined || run.klBudget === undefined ? '–' : `${Math.round((100 * metrics.kl.value) / run.klBudget)}%`;
    return [String(step), ...names.map((name) => estimateText(metrics[name])), ...(withBudget ? [budget] : [])];
  }));
}

export function estimateText(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '–';
  const { value, unit, low, high } = estimate;
  const [scale, digits, sign] = unit === 'fraction' ? [100, 1, '%'] as const : [1, unit === 'count' || unit === 'tokens' ? 0 : 3, ''] as const;
  const text = `${(value * scale).toFixed(Number.isInteger(value) && unit !== 'fraction' ? 0 : digits)}${sign}`;
  if (low === undefined || high === undefined) return text;
  const half = (scale * (high - low)) / 2;
  return `${text} ±${half.toFixed(digits)}`;
}
