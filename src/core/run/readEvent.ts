/**
 * Guards one parsed line of `metrics.jsonl`. By hand rather than by schema: it runs for every line of every open run, and
 * a line that is half right (one bad number among twenty) should lose the number, not the line.
 */
import type { RawMetric, RunEvent } from './events';
import { METRICS } from './metrics';

export interface ReadEvent {
  /** Absent when the line cannot be used at all; then `problems` says why. */
  readonly event?: RunEvent;
  readonly problems: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

export function readEvent(value: unknown): ReadEvent {
  if (!isObject(value)) return refuse('expected a JSON object');
  switch (value.event) {
    case 'started':
      return require(value, { pid: isCount, host: isString, fromStep: isCount });
    case 'progress':
      return require(value, { step: isCount });
    case 'checkpoint':
      return isCount(value.step) && isObject(value.metrics) ? readCheckpoint(value, value.metrics) : refuse('a checkpoint needs a step and metrics');
    case 'finished':
      return require(value, {});
    case 'stopped':
      return require(value, { step: isCount });
    case 'failed':
      return require(value, { message: isString });
    default:
      return refuse(`unknown event ${JSON.stringify(value.event) ?? 'without a name'}`);
  }
}

const refuse = (problem: string): ReadEvent => ({ problems: [problem] });
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function require(value: Fields, fields: Readonly<Record<string, (field: unknown) => boolean>>): ReadEvent {
  const wrong = Object.entries(fields).flatMap(([name, valid]) => (valid(value[name]) ? [] : [name]));
  if (wrong.length > 0) return refuse(`event "${String(value.event)}" lacks a valid ${wrong.join(', ')}`);
  return { event: value as unknown as RunEvent, problems: [] };
}

function readCheckpoint(value: Fields, metrics: Fields): ReadEvent {
  const problems: string[] = [];
  const kept = Object.entries(metrics).flatMap(([name, measured]): [string, RawMetric][] => {
    if (!Object.hasOwn(METRICS, name)) problems.push(`unknown metric "${name}" is kept as a raw number only`);
    const read = readMetric(measured);
    if (read === undefined) problems.push(`metric "${name}" at step ${String(value.step)} has no finite value and is left out`);
    return read === undefined ? [] : [[name, read]];
  });
  const { outcomes, ...rest } = value;
  const readOutcomes = keepOutcomes(outcomes, problems);
  const event = { ...rest, metrics: Object.fromEntries(kept), ...(readOutcomes ? { outcomes: readOutcomes } : {}) };
  return { event: event as unknown as RunEvent, problems };
}

function readMetric(value: unknown): RawMetric | undefined {
  if (!isObject(value) || !isNumber(value.value)) return undefined;
  const numbers = (['low', 'high', 'standardError', 'n'] as const).flatMap((part): [string, number][] => {
    const number = value[part];
    return isNumber(number) ? [[part, number]] : [];
  });
  const estimator = isString(value.estimator) ? { estimator: value.estimator } : {};
  return { value: value.value, ...Object.fromEntries(numbers), ...estimator };
}

function keepOutcomes(value: unknown, problems: string[]): object | undefined {
  if (value === undefined) return undefined;
  const { win, proxyWin, kl } = isObject(value) ? value : ({} as Fields);
  const digits = (text: unknown): boolean => isString(text) && /^[012]+$/.test(text);
  const kept = {
    ...(digits(win) ? { win } : {}),
    ...(digits(proxyWin) ? { proxyWin } : {}),
    ...(Array.isArray(kl) && kl.every(isNumber) ? { kl: kl as readonly number[] } : {}),
  };
  if (!isObject(value) || Object.keys(value).some((key) => !(key in kept))) {
    problems.push('per-prompt outcomes that are not digits 0, 1, 2 or finite numbers are left out');
  }
  return Object.keys(kept).length === 0 ? undefined : kept;
}
