/** What a task gives to training: token rows, pairs with their first labels, and, where it is a rule, the golden preference. */
import type { RandomStream } from '../../core/random';
import type { PreferencePairs, RowShape, TokenRows } from '../rows';

export interface TaskData {
  /** Pairs as first labelled (by the task's rule or by humans), for training. */
  readonly train: PreferencePairs;
  /** Pairs that nothing is trained on. */
  readonly heldOut: PreferencePairs;
  /** Responses on which the policy is pre-trained before SFT; absent where the pairs themselves are all there is. */
  readonly pretraining?: TokenRows;
  /** Lines skipped, ties dropped and the like, for the report. */
  readonly facts: Readonly<Record<string, number | string>>;
}

export interface TaskDataSettings {
  readonly pairs: number;
  readonly heldOutPairs: number;
  readonly pretrainingResponses: number;
}

/** A line of the user's file that was skipped. */
export interface TaskProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

export interface Task extends RowShape {
  readonly name: string;
  /** Vocabulary size, PAD, SEPARATOR and END included. */
  readonly vocabulary: number;
  /** What identifies the task's data in a digest, beyond settings and seed (e.g. the hash of the user's file). */
  readonly fingerprint: string;
  data(settings: TaskDataSettings, random: RandomStream): Promise<TaskData>;
  /** The golden rule: one score a row, higher is better. Absent: a golden preference model is trained on the first labels. */
  readonly goldenScores?: (batch: TokenRows) => Float64Array;
  /** Input that had to be skipped, the first cases word for word; for the run's log. Absent: there is no input. */
  readonly problems?: readonly TaskProblem[];
  /** Tokens as a person reads them. */
  decodePrompt(batch: TokenRows, row: number): string;
  decodeResponse(batch: TokenRows, row: number): string;
}
