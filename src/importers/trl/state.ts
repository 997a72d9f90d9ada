/** `trainer_state.json` out of its text: written without atomic replacement, with bare NaN, and read even where it is torn. */
import type { RunWarning } from '../../core/run/types';
import { readJson } from '../json';
import { isObject, numberOf } from '../values';
import type { TrainerState } from './raw';

interface StateRead {
  /** Undefined where the text is no state at all. */
  readonly state: TrainerState | undefined;
  readonly warnings: readonly RunWarning[];
  readonly isDamaged: boolean;
}

/** @param file as it is named in warnings */
export function readState(text: string, file: string): StateRead {
  const { value, damage } = readJson(text);
  const warnings: RunWarning[] = [];
  if (damage !== undefined) {
    warnings.push({ code: 'damaged', message: `The file is damaged or cut off: ${damage.message}. Everything before that was read.`, at: `${file}:${damage.line}:${damage.column}` });
  }
  if (!isObject(value)) return { state: undefined, warnings, isDamaged: true };
  const history = value.log_history;
  if (history === undefined && damage === undefined) warnings.push({ code: 'no-history', message: 'The state has no log_history.', at: file });
  const listed: readonly unknown[] = Array.isArray(history) ? history : [];
  const logHistory = listed.filter(isObject);
  if (logHistory.length < listed.length) warnings.push({ code: 'log-entry', message: `${listed.length - logHistory.length} entries of log_history are no objects and are left out.`, at: file });
  return { state: { logHistory, ...countsOf(value) }, warnings, isDamaged: damage !== undefined };
}

function countsOf(value: Readonly<Record<string, unknown>>): Omit<TrainerState, 'logHistory'> {
  const names = { globalStep: 'global_step', maxSteps: 'max_steps' } as const;
  return Object.fromEntries(Object.entries(names).flatMap(([name, key]) => {
    const number = numberOf(value[key]);
    return number === undefined || !Number.isFinite(number) ? [] : [[name, number]];
  }));
}
