/** Lines that cannot be used: why, where, how many. One bad line never stops a file, and none is skipped in silence. */
import type { TaskProblem } from '../task';

/** Every reason for which a line is skipped; the sentences are what the user reads and what the counts go by. */
export const SKIP_REASONS = {
  tooLong: 'the line is longer than 4 MB',
  notUtf8: 'not UTF-8 text',
  notJson: 'not valid JSON',
  notAnObject: 'not a JSON object',
  missingField: 'a field is missing',
  wrongType: 'a field has the wrong type',
  noAssistantTurn: 'chosen and rejected share no "\\n\\nAssistant:" turn, and there is no prompt',
  promptsDiffer: 'chosen and rejected answer different prompts',
  emptyPrompt: 'the prompt is empty',
  emptyResponse: 'a response is empty',
  identical: 'chosen and rejected are identical',
  identicalWhenCut: 'chosen and rejected are identical within the response length',
} as const;

export type SkipReason = keyof typeof SKIP_REASONS;

/** What a reader says in place of a pair. `detail` names the field or the parser's complaint. */
export interface Refusal {
  readonly skip: SkipReason;
  readonly detail?: string;
}

export const refuse = (skip: SkipReason, detail?: string): Refusal => (detail === undefined ? { skip } : { skip, detail });

/** Problems kept word for word; beyond that only counted, so that a wrong file of a million lines costs no memory. */
const KEPT = 20;

export class ProblemLog {
  private readonly kept: TaskProblem[] = [];
  private readonly counts = new Map<SkipReason, number>();

  constructor(private readonly file: string) {}

  add(line: number, { skip, detail }: Refusal): void {
    this.counts.set(skip, (this.counts.get(skip) ?? 0) + 1);
    if (this.kept.length >= KEPT) return;
    const reason = SKIP_REASONS[skip];
    this.kept.push({ file: this.file, line, reason: detail === undefined ? reason : `${reason}: ${detail}` });
  }

  /** Ascending by line: pairs that wait for the vocabulary are judged later than the lines after them. */
  get first(): readonly TaskProblem[] {
    return [...this.kept].sort((a, b) => a.line - b.line);
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Counts by reason, the most frequent first. */
  byReason(): { readonly reason: string; readonly count: number }[] {
    return [...this.counts]
      .map(([skip, count]) => ({ reason: SKIP_REASONS[skip], count }))
      .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
  }
}
