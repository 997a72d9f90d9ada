import { Option, type Command } from 'commander';
import { METRICS, METRIC_NAMES, type Estimate, type MetricName } from '../../core/run/metrics';
import { runDocument } from '../../core/run';
import type { Run } from '../../core/run/types';
import { READABLE_SOURCES, type Detection, type ForeignSource } from '../../importers';
import { loadRun } from '../inputs';
import type { Io } from '../io';
import { statusText } from '../render/status';
import { oneLine, table, type Column } from '../render/table';

interface Options {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly source?: ForeignSource;
  readonly run?: string;
}

/** What a log is read as, where detection takes it for something else. */
export const sourceOption = (): Option => new Option('--source <source>', 'read logs of this kind only').choices(READABLE_SOURCES);

export function addShow(program: Command, io: Io): void {
  program
    .command('show')
    .description('Show one run: its settings, and what was measured at each checkpoint')
    .argument('<run>', 'a run directory, or a log of another trainer: its folder or file')
    .addOption(sourceOption())
    .option('--run <name>', 'the name or id of the run, where one log holds several')
    .option('--all', 'every metric, not only the main ones')
    .option('--json', 'print one JSON document (alignment-gap/run@1)')
    .addHelpText('after', '\nExample:\n  $ alignment-gap show alignment-runs/online-vs-offline/online-b0.1-s1')
    .action(async (given: string, options: Options) => {
      const { source, run: wanted } = options;
      const { run, detection } = await loadRun(given, { foreign: source === undefined ? {} : { source }, ...(wanted === undefined ? {} : { run: wanted }) });
      io.out(options.json === true ? `${JSON.stringify(runDocument(run), null, 2)}\n` : showText(run, { all: options.all === true, ...(detection === undefined ? {} : { detection }) }));
    });
}

const MAIN: readonly MetricName[] = ['kl', 'winRate', 'winRateVsReference', 'proxyWinRate', 'policyAccuracy', 'proxyAccuracy', 'responseLength', 'loss'];

export function showText(run: Run, { all = false, detection }: { all?: boolean; detection?: Detection } = {}): string {
  const facts = [
    ['Run', run.id],
    ...(run.source === 'alignment-gap' ? [] : foreignFacts(run, detection)),
    ['Status', run.failure === undefined ? statusText(run) : `${statusText(run)}: ${run.failure}`],
    ['Arm', `${run.arm} (${run.sampling}, ${run.objective}, β ${run.beta ?? '–'}, seed ${run.seed ?? '–'})`],
    ['Progress', run.progress === undefined ? '–' : `step ${run.progress.step} of ${run.progress.steps}`],
    ['KL budget', run.klBudget === undefined ? '–' : `${run.klBudget} nats per sequence`],
    ['Path', run.path],
  ];
  const warnings = run.warnings.map(({ code, message, at }) => `  ! ${oneLine(message)} (${code}${at === undefined ? '' : `, ${oneLine(at)}`})\n`);
  return [table([{ title: '' }, { title: '' }], facts).replace(/^\n/, ''), '\n', checkpointTable(run, all), ...(warnings.length > 0 ? ['\nWarnings:\n', ...warnings] : [])].join('');
}

/** What the log was taken for and why: the user can say otherwise with --source. */
function foreignFacts({ source, environment }: Run, detection?: Detection): string[][] {
  const { algorithm, algorithmReason, samplingReason } = environment;
  const because = (what: unknown, why: unknown): string[] => (typeof what === 'string' ? [typeof why === 'string' ? `${oneLine(what)}: ${oneLine(why)}` : oneLine(what)] : []);
  return [
    ['Source', ...because(source, detection?.reason)],
    ...because(algorithm, algorithmReason).map((text) => ['Algorithm', text]),
    ...because(samplingReason, undefined).map((text) => ['Sampling', text]),
  ];
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
