/** Numbers as sentences and tables have them: `43.1% [40.2, 46.0]`, `+3.8 points [+0.8, +6.8]`, `2.10 nats`. */
import type { Valued } from '../analysis/report';

export const DASH = '–';
export const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`;
export const withInterval = (value: number, { low, high }: { readonly low: number; readonly high: number }): string => `${percent(value)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
export const pointsText = (gap: Valued | null): string => (gap === null ? DASH : `${signed(gap.value)} points [${signed(gap.low)}, ${signed(gap.high)}]`);
const plain = (value: number): string => value.toFixed(2).replace('-', '−');
export const plainWithInterval = ({ value, low, high }: Valued): string => `${plain(value)} [${plain(low)}, ${plain(high)}]`;
