/** Times that logs keep as numbers, as the run has them. Pure. */
import type { RawLog } from '../contract';

/** @param milliseconds since 1970; nothing where that is no time: a damaged log may hold any number */
export function dated(name: 'createdAt' | 'endedAt', milliseconds = NaN): Pick<RawLog, 'createdAt' | 'endedAt'> {
  const date = new Date(milliseconds);
  return milliseconds > 0 && !Number.isNaN(date.getTime()) ? { [name]: date.toISOString() } : {};
}
