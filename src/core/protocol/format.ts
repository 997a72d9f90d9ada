/** How numbers are written wherever a person reads them; full precision stays in data attributes, exports and JSON. */
import { METRICS, type MetricName, type Unit } from '../run/metrics';
import type { Interval } from './data';

/** Decimal places; `none` and per-token values vary over magnitudes and get significant digits instead. */
const DECIMALS: Readonly<Record<Exclude<Unit, 'none' | 'nats/token'>, number>> = {
  fraction: 3,
  nats: 2,
  'nats/sequence': 2,
  tokens: 1,
  count: 0,
  s: 1,
};

const SUFFIX: Readonly<Record<Unit, string>> = {
  fraction: '',
  nats: ' nats',
  'nats/sequence': ' nats',
  'nats/token': ' nats/token',
  tokens: '',
  count: '',
  s: ' s',
  none: '',
};

/** The number alone, without its unit: win rates with 3 decimals, KL with 2. */
export function formatNumber(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞';
  const text = unit === 'none' || unit === 'nats/token' ? significant(value) : value.toFixed(DECIMALS[unit]);
  return withMinus(text);
}

export const formatWithUnit = (value: number, unit: Unit): string => formatNumber(value, unit) + SUFFIX[unit];

/** `[0.381, 0.443]`, or nothing where an interval is lacking. */
export function formatInterval({ low, high }: Partial<Interval>, unit: Unit): string {
  return low === undefined || high === undefined ? '' : `[${formatNumber(low, unit)}, ${formatNumber(high, unit)}]`;
}

export const formatMetric = (name: MetricName, value: number): string => formatWithUnit(value, METRICS[name].unit);

/** A difference always carries its sign. */
export function formatDelta(value: number, unit: Unit): string {
  const text = formatNumber(value, unit);
  return value > 0 ? `+${text}` : text;
}

/** A share of a whole, e.g. KL ÷ budget: `63%`. */
export const formatPercent = (fraction: number): string => withMinus(`${Math.round(100 * fraction)}%`);

function significant(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  return magnitude >= 1e-3 && magnitude < 1e5 ? String(Number(value.toPrecision(3))) : value.toExponential(2);
}

/** The minus sign proper, and none before what rounds to zero. */
const withMinus = (text: string): string => (/^-[0.]+%?$/.test(text) ? text.slice(1) : text.replace('-', '−'));
