/** What the command line asks a measuring training process (`trainer bench`) and what that answers: one JSON object a line. */
import type { BackendName, RunConfig } from '../experiment/config';
import type { PolicyShape } from '../experiment/schema';
import type { StageDigests, StudyCosts } from './costs';

/** The first line that the process reads. `seconds`: about how long each kind of step is repeated. */
export type BenchRequest =
  /** Every kind of step of one study. `config`: of any of its runs. */
  | { readonly kind: 'study'; readonly config: RunConfig; readonly seconds: number }
  /** Only the step by which processes are compared: a companion beside the one that measures the study. */
  | { readonly kind: 'companion'; readonly config: RunConfig; readonly seconds: number }
  /** Policies of several sizes on summarisation. */
  | { readonly kind: 'speeds'; readonly backend: BackendName; readonly policies: Readonly<Record<string, PolicyShape>>; readonly seconds: number };

/** Any further line: measure the step by which processes are compared, now. Told to one, it is alone; told to several, they are not. */
export const COMPARE = 'compare';

export interface MeasuredBackend {
  readonly name: BackendName;
  readonly kernels: string;
  /** Why not the ones preferred to it. */
  readonly reasons: readonly string[];
}

/** Tokens a second. Training counts every token of a row that is read, prompt and padding included; sampling, those written. */
export interface Speeds {
  readonly languageModel: number;
  readonly ipo: number;
  readonly sampling: number;
}

export type BenchAnswer =
  /** `alone`: wall ÷ processor time of all that was measured. */
  | { readonly kind: 'study'; readonly backend: MeasuredBackend; readonly costs: StudyCosts; readonly alone: number; readonly digests: StageDigests; readonly speeds: Speeds }
  | { readonly kind: 'companion' }
  /** Wall seconds of the step by which processes are compared. */
  | { readonly kind: 'compared'; readonly seconds: number }
  /** The backend asked for cannot be used here. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** `start`: seconds until the backend was ready. Sizes that would have taken too long are absent. */
  | { readonly kind: 'speeds'; readonly kernels: string; readonly start: number; readonly policies: Readonly<Record<string, Speeds>> };
