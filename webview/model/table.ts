/** The checkpoint table: rows, columns, order, and its copies as text. Pure. */
import { formatNumber, type PanelRun } from '../../src/core/protocol';
import { METRIC_NAMES, METRICS, type Estimate, type MetricName } from '../../src/core/run/metrics';

export interface CheckpointRow {
  readonly run: string;
  readonly runName: string;
  readonly step: number;
  readonly metrics: Partial<Record<MetricName, Estimate>>;
}

export type SortColumn = 'run' | 'step' | MetricName;
export interface Sort {
  readonly column: SortColumn;
  readonly descending: boolean;
}

export const DEFAULT_COLUMNS: readonly MetricName[] = ['kl', 'winRate', 'proxyWinRate', 'policyAccuracy', 'trainAccuracy', 'responseLength'];

/** More rows than this are not put on the page; the copies hold them all. */
export const MOST_ROWS = 500;

/** `every`: all checkpoints; `latest`: the last one of each run. */
export type RowChoice = 'every' | 'latest';

export function checkpointRows(runs: readonly PanelRun[], choice: RowChoice): CheckpointRow[] {
  return runs.flatMap((run) => {
    const chosen = choice === 'latest' ? run.checkpoints.slice(-1) : run.checkpoints;
    return chosen.map(({ step, metrics }) => ({ run: run.id, runName: run.name, step, metrics }));
  });
}

/** Absent values come last whichever way is up; equal rows keep their order. */
export function sortRows(rows: readonly CheckpointRow[], { column, descending }: Sort): CheckpointRow[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (column === 'run') return sign * a.runName.localeCompare(b.runName, 'en', { numeric: true });
    const [left, right] = [numberOf(a, column), numberOf(b, column)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return sign * (left - right);
  });
}

function numberOf(row: CheckpointRow, column: Exclude<SortColumn, 'run'>): number | undefined {
  const value = column === 'step' ? row.step : row.metrics[column]?.value;
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** Pressing a column: it becomes the order, better values first; pressing it again turns the order round. */
export function nextSort(sort: Sort, column: SortColumn): Sort {
  if (sort.column === column) return { column, descending: !sort.descending };
  return { column, descending: column !== 'run' && column !== 'step' && METRICS[column].direction === 'higher' };
}

/** Columns in the vocabulary's order, whatever the order in which they were switched on. */
export const inOrder = (columns: readonly MetricName[]): MetricName[] => METRIC_NAMES.filter((name) => columns.includes(name));

/** At full precision, with bounds in columns of their own. */
export function tableCsv(rows: readonly CheckpointRow[], columns: readonly MetricName[]): string {
  const head = ['run', 'step', ...columns.flatMap((name) => [name, `${name}_low`, `${name}_high`])];
  const body = rows.map(({ runName, step, metrics }) =>
    [csvText(runName), step, ...columns.flatMap((name) => [metrics[name]?.value ?? '', metrics[name]?.low ?? '', metrics[name]?.high ?? ''])].join(','));
  return [head.join(','), ...body].join('\n');
}

const csvText = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** As it is read on the page, for a pull request or a notebook. */
export function tableMarkdown(rows: readonly CheckpointRow[], columns: readonly MetricName[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const units = columns.map((name) => headingOf(name));
  const body = rows.map(({ runName, step, metrics }) => line([runName, String(step), ...columns.map((name) => cellText(metrics[name]))]));
  return [line(['Run', 'Step', ...units]), line(['---', '---:', ...columns.map(() => '---:')]), ...body].join('\n');
}

const UNIT_TEXT: Partial<Record<Estimate['unit'], string>> = { 'nats/sequence': 'nats', nats: 'nats', 'nats/token': 'nats/token', tokens: 'tokens', s: 's' };

export function headingOf(name: MetricName): string {
  const { label, unit } = METRICS[name];
  const text = UNIT_TEXT[unit];
  return text === undefined ? label : `${label} (${text})`;
}

export function cellText(estimate: Estimate | undefined): string {
  if (!estimate) return '–';
  const { value, low, high, unit } = estimate;
  const number = formatNumber(value, unit);
  return low === undefined || high === undefined ? number : `${number} [${formatNumber(low, unit)}, ${formatNumber(high, unit)}]`;
}
