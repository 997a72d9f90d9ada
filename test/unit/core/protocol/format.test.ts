import { describe, expect, it } from 'vitest';
import { formatDelta, formatInterval, formatMetric, formatNumber, formatPercent } from '../../../../src/core/protocol';
import type { Unit } from '../../../../src/core/run/metrics';

describe('formatNumber', () => {
  it.each<[number, Unit, string]>([
    [0.41796875, 'fraction', '0.418'],
    [1, 'fraction', '1.000'],
    [4.4321, 'nats/sequence', '4.43'],
    [-12.345, 'nats', '−12.35'],
    [-0.0004, 'fraction', '0.000'],
    [500, 'count', '500'],
    [7.34, 'tokens', '7.3'],
    [61.25, 's', '61.3'],
    [0.000123456, 'none', '1.23e−4'],
    [0.0123456, 'nats/token', '0.0123'],
    [0, 'none', '0'],
    [123456, 'none', '1.23e+5'],
    [NaN, 'fraction', 'not a number'],
    [Infinity, 'none', '∞'],
    [-Infinity, 'none', '−∞'],
  ])('%d %s → %s', (value, unit, text) => expect(formatNumber(value, unit)).toBe(text));
});

describe('its relatives', () => {
  it.each([
    [formatMetric('kl', 4.4321), '4.43 nats'],
    [formatMetric('winRate', 0.5), '0.500'],
    [formatDelta(0.2, 'fraction'), '+0.200'],
    [formatDelta(-0.2, 'fraction'), '−0.200'],
    [formatDelta(0, 'fraction'), '0.000'],
    [formatInterval({ low: 0.1, high: 0.2 }, 'fraction'), '[0.100, 0.200]'],
    [formatInterval({ low: 0.1 }, 'fraction'), ''],
    [formatPercent(0.634), '63%'],
    [formatPercent(-0.001), '0%'],
    [formatPercent(-0.5), '−50%'],
  ])('%s', (actual, expected) => expect(actual).toBe(expected));
});
