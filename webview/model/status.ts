/** Words and shapes for a run's status: never colour alone. */
import type { PanelRun } from '../../src/core/protocol';
import type { RunStatus } from '../../src/core/run/types';

export interface StatusFace {
  readonly text: string;
  readonly icon: 'clock' | 'play' | 'check' | 'stop' | 'cross' | 'question';
  readonly hint: string;
}

export const STATUS: Readonly<Record<RunStatus, StatusFace>> = {
  queued: { text: 'queued', icon: 'clock', hint: 'Planned; waits for its turn' },
  running: { text: 'running', icon: 'play', hint: 'A process is training' },
  finished: { text: 'finished', icon: 'check', hint: 'Trained to its last step' },
  stopped: { text: 'stopped', icon: 'stop', hint: 'Stopped, or not begun; can be resumed' },
  failed: { text: 'failed', icon: 'cross', hint: 'Ended with an error; see the log' },
  lost: { text: 'lost', icon: 'question', hint: 'Its process is gone and never said how it ended; can be resumed' },
};

const ORDER: readonly RunStatus[] = ['running', 'queued', 'failed', 'lost', 'stopped', 'finished'];

/** `2 running, 4 finished`. */
export function statusSummary(runs: readonly PanelRun[]): string {
  const counts = ORDER.map((status) => [runs.filter((run) => run.status === status).length, STATUS[status].text] as const);
  return counts.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`).join(', ') || 'no runs';
}

export const canStop = ({ status }: PanelRun): boolean => status === 'running' || status === 'queued';
export const canResume = ({ status, source }: PanelRun): boolean => source === 'alignment-gap' && ['stopped', 'failed', 'lost'].includes(status);

/** What a screen reader hears when a checkpoint arrives. */
export function milestone(before: PanelRun | undefined, after: PanelRun): string | undefined {
  if (!before) return undefined;
  if (before.status !== after.status) return `${after.name} is ${STATUS[after.status].text}`;
  const last = after.checkpoints.at(-1);
  if (!last || last.step === before.checkpoints.at(-1)?.step) return undefined;
  const { winRate, kl } = last.metrics;
  const parts = [
    ...(winRate ? [`win rate ${winRate.value.toFixed(3)}`] : []),
    ...(kl && after.klBudget !== undefined ? [`KL ${Math.round((100 * kl.value) / after.klBudget)} percent of budget`] : []),
  ];
  return [`${after.name} reached checkpoint ${last.step}`, ...parts].join(', ');
}

/** `updated 4 s ago`; the host counts as silent when nothing came for long while runs are at work. */
export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}
