/** A run or an experiment as a Markdown table, for a note or a message. */
import type { MetricName } from '../../../core/run/metrics';
import type { Run } from '../../../core/run/types';
import { formatEstimate, metricLabel } from '../../explorer/model/words';
import type { ExperimentState } from '../../runs/model/state';

const SHOWN: readonly MetricName[] = ['winRate', 'kl', 'policyAccuracy', 'proxyAccuracy'];

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const cellsOf = ({ metrics }: Run['checkpoints'][number]): string[] =>
  SHOWN.map((name) => (metrics[name] === undefined ? '–' : formatEstimate(metrics[name])));

export function runSummary(run: Run): string {
  const rows = run.checkpoints.map((checkpoint) => [String(checkpoint.step), ...cellsOf(checkpoint)]);
  return `**${run.name}** (${run.experiment}), ${run.status}\n\n${table(['Step', ...SHOWN.map(metricLabel)], rows)}\n`;
}

/** Each run by its last checkpoint. */
export function experimentSummary({ name, runs }: ExperimentState): string {
  const rows = runs.map((run) => {
    const last = run.checkpoints.at(-1);
    return [run.name, run.status, last === undefined ? '–' : String(last.step), ...(last === undefined ? SHOWN.map(() => '–') : cellsOf(last))];
  });
  return `**${name}**\n\n${table(['Run', 'Status', 'Step', ...SHOWN.map(metricLabel)], rows)}\n`;
}
