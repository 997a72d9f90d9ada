/** What the page says about other trainers' logs: why they were taken for what they are, what they lack, what is amiss. */
import type { PanelRun } from '../../src/core/protocol';
import type { MetricName } from '../../src/core/run/metrics';

/** Code of the importers' warnings that a metric is absent; `at` names the metric. */
const ABSENT = 'absent';
const MOST_NAMES = 3;

export const foreignRuns = (runs: readonly PanelRun[]): PanelRun[] => runs.filter(({ source }) => source !== 'alignment-gap');

/** What would have to be logged for these metrics, where a view has nothing to draw; said once, however many runs lack it. */
export function howToLog(runs: readonly PanelRun[], metrics: readonly MetricName[]): string[] {
  const messages = runs.flatMap(({ warnings }) => warnings.filter(({ code, at }) => code === ABSENT && metrics.some((metric) => metric === at)).map(({ message }) => message));
  return [...new Set(messages)];
}

export interface LogNote {
  readonly text: string;
  /** Whom it concerns, where not all. */
  readonly runs: string;
}

/** @param absent what the logs lack, or else what is amiss with what they hold */
export function logNotes(runs: readonly PanelRun[], absent: boolean): LogNote[] {
  const byText = new Map<string, Set<string>>();
  for (const { name, warnings } of runs) {
    for (const { code, message, at } of warnings) {
      if ((code === ABSENT) !== absent) continue;
      const text = absent || at === undefined || message.includes(at) ? message : `${at}: ${message}`;
      byText.set(text, (byText.get(text) ?? new Set()).add(name));
    }
  }
  return [...byText].map(([text, names]) => ({ text, runs: names.size === runs.length ? '' : some([...names]) }));
}

const some = (names: readonly string[]): string => (names.length <= MOST_NAMES ? names.join(', ') : `${names.slice(0, MOST_NAMES - 1).join(', ')} and ${names.length - MOST_NAMES + 1} more`);
