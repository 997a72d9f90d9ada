/** A line of `metrics.jsonl` for the tail. */
import type { RunEvent } from '../core/run/events';
import { readEvent } from '../core/run/readEvent';

export function eventLine(parsed: unknown): { value?: RunEvent; problems: readonly string[] } {
  const { event, problems } = readEvent(parsed);
  return event === undefined ? { problems } : { value: event, problems };
}
