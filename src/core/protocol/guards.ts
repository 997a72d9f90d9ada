/**
 * Inbound messages are checked before anything reads them, on both sides. A schema that yields less than its type of
 * messages.ts does not compile; that it refuses nothing the type allows is tested. zod/mini, because the webview ships it too.
 */
import * as z from 'zod/mini';
import { STAGE_KINDS } from '../run/events';
import { METRIC_NAMES, QUALITIES, type MetricName, type Unit } from '../run/metrics';
import type { ComparisonView, CurveColumns, EncodedRun, GapView, MetricColumns, RunHead, StageView } from './data';
import type { ComparisonToHost, DashboardToHost, HostToComparison, HostToDashboard, PanelState, Result } from './messages';

type Schema<T> = z.ZodMiniType<T>;

// By tag, not by instanceof: a message may have been made in another frame's realm.
const column = z.custom<Float64Array>((value) => Object.prototype.toString.call(value) === '[object Float64Array]', 'expected a Float64Array');
const text = z.string();
const number = z.number();
const metricName = z.enum(METRIC_NAMES as [MetricName, ...MetricName[]]);
const unit: Schema<Unit> = z.enum(['nats/sequence', 'nats', 'nats/token', 'fraction', 'count', 'tokens', 's', 'none']);

const sameLength = (columns: readonly Float64Array[]): boolean => columns.every((one) => one.length === columns[0]?.length);

const metricColumns: Schema<MetricColumns> = z.object({
  value: column,
  low: column,
  high: column,
  standardError: column,
  n: column,
  kind: column,
  kinds: z.array(z.object({ unit, estimator: z.optional(text), quality: z.optional(z.array(z.enum(QUALITIES))), from: z.array(text) })),
});

const runHead: Schema<RunHead> = z.object({
  id: text,
  name: text,
  experiment: text,
  path: text,
  source: z.enum(['alignment-gap', 'trl', 'tensorboard', 'wandb', 'mlflow', 'llamafactory', 'openrlhf', 'verl', 'csv', 'jsonl']),
  status: z.enum(['queued', 'running', 'finished', 'stopped', 'failed', 'lost']),
  failure: z.optional(text),
  arm: text,
  sampling: z.enum(['online', 'offline', 'semi-online', 'mixed', 'unknown']),
  objective: text,
  beta: z.optional(number),
  seed: z.optional(number),
  klBudget: z.optional(number),
  progress: z.optional(z.object({ step: number, steps: number })),
  warnings: z.array(z.object({ code: text, message: text, at: z.optional(text) })),
  createdAt: z.optional(text),
  endedAt: z.optional(text),
  group: text,
  origin: z.optional(z.object({ source: z.optional(text), algorithm: z.optional(text), algorithmReason: z.optional(text), sampling: z.optional(text), status: z.optional(text) })),
});

const encodedRun: Schema<EncodedRun> = z
  .object({ head: runHead, steps: column, metrics: z.partialRecord(metricName, metricColumns) })
  .check(z.refine(({ steps, metrics }) =>
    Object.values(metrics).every((m) => m && sameLength([steps, m.value, m.low, m.high, m.standardError, m.n, m.kind])), 'columns of unequal length'));

const curve: Schema<CurveColumns> = z
  .object({ kl: column, value: column, low: column, high: column })
  .check(z.refine(({ kl, value, low, high }) => sameLength([kl, value, low, high]), 'columns of unequal length'));

const bounds = { value: number, low: z.optional(number), high: z.optional(number) };
const interval = z.nullable(z.object(bounds));

const gapView: Schema<GapView> = z.object({
  budget: z.nullable(number),
  arms: z.array(z.object({
    name: text,
    runs: z.array(text),
    points: number,
    peak: z.nullable(z.object({ ...bounds, kl: number })),
    atBudget: interval,
    withinBudget: interval,
    efficiency: z.nullable(number),
    fit: curve,
    attainable: curve,
  })),
  between: z.nullable(z.tuple([text, text])),
  matched: curve,
  mean: interval,
  atBudget: interval,
  withinBudget: interval,
  peak: interval,
  fits: z.array(z.object({ metric: text, label: text, text })),
  notes: z.array(text),
});

const stage: Schema<StageView> = z.object({
  kind: z.enum(STAGE_KINDS),
  part: z.optional(text),
  state: z.enum(['waiting', 'computing', 'done', 'cached', 'failed']),
  fraction: number,
  message: z.optional(text),
});

const configRow = z.object({
  path: text,
  kind: z.enum(['same', 'changed', 'only-a', 'only-b']),
  a: z.optional(text),
  b: z.optional(text),
  ignored: z.optional(z.boolean()),
});

const outcomeRow = z.object({
  metric: metricName,
  step: number,
  a: number,
  b: number,
  delta: number,
  low: z.optional(number),
  high: z.optional(number),
  interval: z.optional(z.enum(['paired', 'standard-errors'])),
});

const comparisonView: Schema<ComparisonView> = z.object({
  a: encodedRun,
  b: encodedRun,
  config: z.array(configRow),
  environment: z.array(configRow),
  outcome: z.array(outcomeRow),
  matchedKl: curve,
  ignorePatterns: z.array(text),
  notes: z.array(text),
});

const verdict = z.enum(['win', 'tie', 'loss']);
const sample = z.object({ step: number, prompt: text, completion: text, opponent: text, golden: verdict, proxy: verdict });
const reply = z.object({
  type: z.literal('reply'),
  request: number,
  result: z.union([
    z.object({ ok: z.literal(true), value: z.object({ samples: z.optional(z.array(sample)) }) }),
    z.object({ ok: z.literal(false), error: text }),
  ]),
});

const hostToDashboard: Schema<HostToDashboard> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    subject: z.object({ kind: z.enum(['experiment', 'run']), title: text }),
    runs: z.array(encodedRun),
    gap: z.optional(gapView),
    stages: z.array(stage),
    notice: z.optional(text),
    canControl: z.boolean(),
    readAt: number,
    restore: text,
  }),
  z.object({ type: z.literal('runChanged'), run: encodedRun, readAt: number }),
  z.object({ type: z.literal('runRemoved'), id: text }),
  z.object({ type: z.literal('gap'), gap: gapView }),
  z.object({ type: z.literal('stages'), stages: z.array(stage) }),
  reply,
]);

const hostToComparison: Schema<HostToComparison> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('comparison'), view: comparisonView, readAt: number, restore: text }),
  z.object({ type: z.literal('comparisonFailed'), error: text }),
  reply,
]);

const ready = z.object({ type: z.literal('ready') });
const failed = z.object({ type: z.literal('failed'), message: text });
const copy = z.object({ type: z.literal('copy'), request: number, text });

const dashboardToHost: Schema<DashboardToHost> = z.discriminatedUnion('type', [
  ready,
  failed,
  copy,
  z.object({ type: z.literal('showLog'), run: text }),
  z.object({ type: z.literal('compare'), a: text, b: z.optional(text) }),
  z.object({ type: z.literal('stop'), request: number, run: text }),
  z.object({ type: z.literal('resume'), request: number, run: text }),
  z.object({ type: z.literal('samples'), request: number, run: text, step: number }),
]);

const comparisonToHost: Schema<ComparisonToHost> = z.discriminatedUnion('type', [
  ready,
  failed,
  copy,
  z.object({ type: z.literal('openNativeDiff'), left: text, right: text }),
  z.object({ type: z.literal('openRun'), run: text }),
]);

/** What the serializer is handed after a reload; anything unreadable counts as no state. */
export function readPanelState(data: unknown): PanelState {
  const parsed = z.object({ restore: z.optional(text) }).safeParse(data);
  return parsed.success ? parsed.data : {};
}

/** The message, or why it is none; unknown fields are dropped. */
const reader = <T>(schema: Schema<T>, name: string) => (data: unknown): Result<T> => {
  const parsed = schema.safeParse(data);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, error: `Not a message of ${name}: ${issue?.message ?? 'unreadable'} at /${issue?.path.join('/') ?? ''}` };
};

export const readHostToDashboard = reader(hostToDashboard, 'HostToDashboard');
export const readDashboardToHost = reader(dashboardToHost, 'DashboardToHost');
export const readHostToComparison = reader(hostToComparison, 'HostToComparison');
export const readComparisonToHost = reader(comparisonToHost, 'ComparisonToHost');
