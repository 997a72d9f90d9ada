import type { Command } from 'commander';
import { diffDocument, diffRuns, type FieldDiff, type OutcomeDiff, type RunDiff } from '../../core/analysis';
import { METRICS } from '../../core/run/metrics';
import type { Run } from '../../core/run/types';
import { loadRun } from '../inputs';
import type { Io } from '../io';
import { pointsWithInterval, signed } from '../render/format';
import { oneLine, table } from '../render/table';

interface Options {
  readonly json?: boolean;
  readonly all?: boolean;
}

export function addDiff(program: Command, io: Io): void {
  program
    .command('diff')
    .description('Compare two runs: settings, outcome at each checkpoint, win rate at matched KL; deltas are B minus A')
    .argument('<runA>', 'a run directory')
    .argument('<runB>', 'another run directory')
    .option('--all', 'every checkpoint that both runs have, and every point of the matched KL')
    .option('--json', 'print one JSON document (alignment-gap/diff@1)')
    .addHelpText('after', '\nExample:\n  $ alignment-gap diff alignment-runs/online-vs-offline/offline-b0.1-s1 alignment-runs/online-vs-offline/online-b0.1-s1')
    .action(async (first: string, second: string, options: Options) => {
      const [{ run: a }, { run: b }] = [await loadRun(first), await loadRun(second)];
      const diff = diffRuns(a, b);
      io.out(options.json === true ? `${JSON.stringify(diffDocument(diff), null, 2)}\n` : diffText(a, b, diff, options.all === true));
    });
}

export function diffText(a: Run, b: Run, diff: RunDiff, all = false): string {
  const last = Math.max(-1, ...diff.outcome.map(({ step }) => step));
  const outcome = all ? diff.outcome : diff.outcome.filter(({ step }) => step === last);
  return [
    `A  ${oneLine(a.id)}\nB  ${oneLine(b.id)}\n`,
    section('Settings that differ', fieldTable(diff.config)),
    section(all ? 'Outcome at each shared checkpoint' : `Outcome at the last shared checkpoint${last < 0 ? '' : `, step ${last}`}`, outcomeTable(outcome, all)),
    matchedSection(diff.matchedKl, all),
    section('Environment that differs', fieldTable(diff.environment)),
    ...(diff.notes.length === 0 ? [] : ['\nNotes:\n', ...diff.notes.map((note) => `  - ${oneLine(note)}\n`)]),
  ].join('');
}

const section = (title: string, body: string, rows = body === '' ? 0 : 1) => `\n${title}\n${rows === 0 ? 'none\n' : body}`;

/** A curve of many points: in a terminal a few of them tell the same, and it says how many it left out. */
function matchedSection(matched: RunDiff['matchedKl'], all: boolean): string {
  const SHOWN = 8;
  const step = all ? 1 : Math.max(1, (matched.length - 1) / (SHOWN - 1));
  const shown = matched.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step) || i === matched.length - 1);
  const title = `Win rate at matched KL, B − A${shown.length < matched.length ? ` (${shown.length} of ${matched.length} points; --all shows all)` : ''}`;
  const rows = shown.map(({ kl, delta, low, high }) => [kl.toFixed(2), pointsWithInterval({ value: delta, low, high })]);
  return section(title, table([{ title: 'KL', align: 'right' }, { title: 'DELTA', align: 'right' }], rows), rows.length);
}

function fieldTable(fields: readonly FieldDiff[]): string {
  const value = (field: unknown) => (field === undefined ? '–' : oneLine(JSON.stringify(field)));
  if (fields.length === 0) return '';
  return table([{ title: 'FIELD' }, { title: 'A' }, { title: 'B' }], fields.map(({ path, a, b }) => [path, value(a), value(b)]));
}

function outcomeTable(outcome: readonly OutcomeDiff[], withStep: boolean): string {
  if (outcome.length === 0) return '';
  const columns = [...(withStep ? [{ title: 'STEP', align: 'right' as const }] : []), { title: 'METRIC' }, ...(['A', 'B', 'B − A'].map((title) => ({ title, align: 'right' as const })))];
  return table(columns, outcome.map((entry) => {
    const { label, unit } = METRICS[entry.metric];
    const isFraction = unit === 'fraction';
    const digits = unit === 'count' ? 0 : 3;
    const text = (value: number) => (isFraction ? `${(100 * value).toFixed(1)}%` : value.toFixed(digits));
    const { delta, low, high } = entry;
    const range = low === undefined || high === undefined ? '' : ` [${signed(low, digits)}, ${signed(high, digits)}]`;
    const change = isFraction ? pointsWithInterval({ value: delta, low, high }) : `${signed(delta, digits)}${range}`;
    return [...(withStep ? [String(entry.step)] : []), label, text(entry.a), text(entry.b), change];
  }));
}
