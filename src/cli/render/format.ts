/** Numbers as people read them in a terminal. */

export const percent = (value: number | undefined | null, digits = 1) => (value === undefined || value === null ? '–' : `${(value * 100).toFixed(digits)}%`);

/** `41.8% [39.7, 43.9]`; a dash for what is not there. */
export function percentWithInterval(estimate: { value: number; low?: number | null; high?: number | null } | undefined | null): string {
  if (estimate === undefined || estimate === null) return '–';
  const { value, low, high } = estimate;
  const interval = low === undefined || low === null || high === undefined || high === null ? '' : ` [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}]`;
  return `${percent(value)}${interval}`;
}

/** A difference of two fractions in percentage points: `+12.3 pp [+9.1, +15.4]`. */
export function pointsWithInterval(estimate: { value: number; low?: number | null; high?: number | null } | undefined | null): string {
  if (estimate === undefined || estimate === null) return '–';
  const { value, low, high } = estimate;
  const interval = low === undefined || low === null || high === undefined || high === null ? '' : ` [${signed(low * 100)}, ${signed(high * 100)}]`;
  return `${signed(value * 100)} pp${interval}`;
}

export const signed = (value: number, digits = 1) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

export const nats = (value: number | undefined | null) => (value === undefined || value === null ? '–' : `${value.toFixed(2)} nats`);

/** `2 m 05 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} m ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}
