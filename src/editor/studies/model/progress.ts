/** How far a study is, and how it ended: from the directories of its experiments and from its verdict. */
import type { VerdictCard } from '../../../core/study/types';
import { fractionDone } from '../../start/model/progress';
import type { ExperimentState } from '../../runs/model/state';
import { verdictSentence, type StudyState } from './state';

/** 0 to 1; `planned` runs in all, of which those without a directory have not begun. */
export function studyFraction(experiments: readonly ExperimentState[], planned: number): number {
  const runs = experiments.reduce((sum, experiment) => sum + experiment.runs.length, 0);
  const all = Math.max(planned, runs);
  return all === 0 ? 0 : experiments.reduce((sum, experiment) => sum + fractionDone(experiment) * experiment.runs.length, 0) / all;
}

/** `12 of 40 runs finished · 2 running` */
export function studyMessage(experiments: readonly ExperimentState[], planned: number): string {
  const runs = experiments.flatMap((experiment) => experiment.runs);
  const count = (status: string): number => runs.filter((run) => run.status === status).length;
  const running = count('running');
  return `${count('finished')} of ${Math.max(planned, runs.length)} runs finished${running === 0 ? '' : ` · ${running} running`}`;
}

export type StudyEnding =
  | { readonly kind: 'judged'; readonly text: string }
  /** There is a card, but runs that it needs have failed. */
  | { readonly kind: 'incomplete'; readonly text: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly text: string };

export interface Left {
  /** What lies in its folder, where that was written since it was started. */
  readonly state: StudyState | undefined;
  /** What the command line printed. */
  readonly log: string;
  readonly experiments: readonly ExperimentState[];
}

/** A study that was stopped is not judged; whoever stopped it, in the tree or elsewhere, needs no message. */
export function endingOfStudy(title: string, { state, log, experiments }: Left): StudyEnding {
  const card = state?.card;
  const statuses = new Set(experiments.flatMap(({ runs }) => runs.map(({ status }) => status)));
  if (state === undefined && statuses.has('stopped') && !statuses.has('failed')) return { kind: 'stopped' };
  if (card === undefined) return { kind: 'failed', text: `Study ${title}: ${state?.problem ?? lastWords(log)}` };
  const failed = statusCount(card, 'failed');
  if (failed > 0) return { kind: 'incomplete', text: `${verdictSentence(card)} ${failed} of ${card.runs.length} runs failed.` };
  return statusCount(card, 'finished') === card.runs.length && card.runs.length > 0 ? { kind: 'judged', text: verdictSentence(card) } : { kind: 'stopped' };
}

const statusCount = ({ runs }: VerdictCard, status: VerdictCard['runs'][number]['status']): number => runs.filter((run) => run.status === status).length;

function lastWords(log: string): string {
  const lines = log.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return lines.length === 0 ? 'it ended without a word.' : lines.slice(-3).join(' ');
}
