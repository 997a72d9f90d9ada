/**
 * Every message between host and webview, one line of documentation each; the direction is in the type's name.
 * A message with a `request` number is answered by exactly one `reply` with the same number.
 */
import type { SampleRecord } from '../run/events';
import type { ComparisonView, EncodedRun, GapView, StageView } from './data';

/** What the dashboard shows: all runs of an experiment, or one run. */
export interface DashboardSubject {
  readonly kind: 'experiment' | 'run';
  readonly title: string;
}

/** The answer to a request: never both, never neither. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** What a page keeps by `setState`, as far as the host may rely on it; `restore` is absent before the first message. */
export interface PanelState {
  readonly restore?: string;
}

/** Everything anew: the answer to `ready`; replaces whatever the panel showed. */
export interface SnapshotMessage {
  readonly type: 'snapshot';
  readonly subject: DashboardSubject;
  readonly runs: readonly EncodedRun[];
  /** Absent while it is being computed; a `gap` message follows. */
  readonly gap?: GapView;
  readonly stages: readonly StageView[];
  /** Why there may be nothing to see: a log that is being read, or cannot be. */
  readonly notice?: string;
  /** False where runs cannot be started or stopped, e.g. in Restricted Mode or for an imported log. */
  readonly canControl: boolean;
  /** Milliseconds since 1970 at which the files were read. */
  readonly readAt: number;
  /** Opaque to the page, which keeps it as `restore` in its state: the serializer finds the subject by it after a reload. */
  readonly restore: string;
}
/** One run is new or has changed; the others stay as they are. */
export interface RunChangedMessage {
  readonly type: 'runChanged';
  readonly run: EncodedRun;
  readonly readAt: number;
}
/** A run's directory is gone. */
export interface RunRemovedMessage {
  readonly type: 'runRemoved';
  readonly id: string;
}
/** The gap, computed again after runs changed. */
export interface GapMessage {
  readonly type: 'gap';
  readonly gap: GapView;
}
/** How far the shared stages are (reference policy, preference models, golden policy). */
export interface StagesMessage {
  readonly type: 'stages';
  readonly stages: readonly StageView[];
}
/** The answer to a request; `samples` only for that request. */
export interface ReplyMessage {
  readonly type: 'reply';
  readonly request: number;
  readonly result: Result<{ readonly samples?: readonly SampleRecord[] }>;
}
export type HostToDashboard =
  | SnapshotMessage | RunChangedMessage | RunRemovedMessage | GapMessage | StagesMessage | ReplyMessage;

/** The page has loaded, or was shown again: send a snapshot. */
export interface ReadyMessage {
  readonly type: 'ready';
}
/** Something broke in the page; for the output channel. */
export interface FailedMessage {
  readonly type: 'failed';
  readonly message: string;
}
/** Open a run's log in an editor. */
export interface ShowLogMessage {
  readonly type: 'showLog';
  readonly run: string;
}
/** Compare a run with another one; the host asks with which when `b` is absent. */
export interface CompareMessage {
  readonly type: 'compare';
  readonly a: string;
  readonly b?: string;
}
/** Put text on the clipboard. */
export interface CopyRequest {
  readonly type: 'copy';
  readonly request: number;
  readonly text: string;
}
/** Stop a run after its current step. */
export interface StopRequest {
  readonly type: 'stop';
  readonly request: number;
  readonly run: string;
}
/** Go on with a run from its last checkpoint. */
export interface ResumeRequest {
  readonly type: 'resume';
  readonly request: number;
  readonly run: string;
}
/** The samples of one checkpoint; answered with `samples`. */
export interface SamplesRequest {
  readonly type: 'samples';
  readonly request: number;
  readonly run: string;
  readonly step: number;
}
export type DashboardToHost =
  | ReadyMessage | FailedMessage | ShowLogMessage | CompareMessage | CopyRequest | StopRequest | ResumeRequest | SamplesRequest;

/** The two runs compared; sent on `ready` and whenever one of them has changed. */
export interface ComparisonMessage {
  readonly type: 'comparison';
  readonly view: ComparisonView;
  readonly readAt: number;
  /** As in a snapshot. */
  readonly restore: string;
}
/** Why there is nothing to compare, e.g. a directory that is gone. */
export interface ComparisonFailedMessage {
  readonly type: 'comparisonFailed';
  readonly error: string;
}
export type HostToComparison = ComparisonMessage | ComparisonFailedMessage | ReplyMessage;

/** Open `vscode.diff` on the two normalised configurations, `left` against `right` (run ids). */
export interface OpenNativeDiffMessage {
  readonly type: 'openNativeDiff';
  readonly left: string;
  readonly right: string;
}
/** Show a run in the dashboard. */
export interface OpenRunMessage {
  readonly type: 'openRun';
  readonly run: string;
}
export type ComparisonToHost = ReadyMessage | FailedMessage | OpenNativeDiffMessage | OpenRunMessage | CopyRequest;
