/** What a running experiment tells whoever started it. All of it is read from the directories; nothing comes by a pipe. */
import type { StageEvent } from '../core/run/events';
import type { Run } from '../core/run/types';

export type LaunchEvent =
  /** Something the user should know, once. */
  | { readonly kind: 'note'; readonly message: string }
  /** `stage`: its id in the plan (core/experiment/stages.ts). */
  | { readonly kind: 'stage-started'; readonly stage: string }
  | { readonly kind: 'stage-progress'; readonly stage: string; readonly event: StageEvent }
  | { readonly kind: 'stage-ended'; readonly stage: string; readonly result: EndResult; readonly message?: string }
  | { readonly kind: 'run-started'; readonly name: string }
  | { readonly kind: 'run-progress'; readonly name: string; readonly run: Run }
  | { readonly kind: 'run-ended'; readonly name: string; readonly result: EndResult; readonly message?: string };

export type EndResult = 'done' | 'failed' | 'stopped' | 'blocked' | 'cancelled';
