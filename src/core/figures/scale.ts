/** Axes: from data to positions, and where the ticks go. */

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Axis {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
  /** `sqrt`: positions go with the square root, the natural distance for a KL divergence (Gao et al. 2022, d = √KL). */
  readonly kind: 'linear' | 'sqrt';
}

/** 0 at the axis' beginning, 1 at its end; outside values go beyond. */
export function position(axis: Axis, value: number): number {
  const map = axis.kind === 'sqrt' ? (v: number) => Math.sqrt(Math.max(0, v)) : (v: number) => v;
  const width = map(axis.max) - map(axis.min);
  return width === 0 ? 0.5 : (map(value) - map(axis.min)) / width;
}

/** The inverse of `position`. */
export function valueAt(axis: Axis, share: number): number {
  if (axis.kind === 'linear') return axis.min + share * (axis.max - axis.min);
  const low = Math.sqrt(axis.min);
  return (low + share * (Math.sqrt(axis.max) - low)) ** 2;
}

const STEPS = [1, 2, 2.5, 5, 10];

/** About `wanted` round steps that cover min … max. */
export function roundStep(min: number, max: number, wanted: number): number {
  const rough = Math.max((max - min) / wanted, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * (STEPS.find((step) => step * power >= rough * 0.999) ?? 10);
}

const extent = (values: readonly number[]): readonly [number, number] => {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? [0, 1] : [Math.min(...finite), Math.max(...finite)];
};

export interface LinearOptions {
  readonly wanted?: number;
  readonly format?: (value: number) => string;
  /** Values that must be on the axis although no point lies there. */
  readonly include?: readonly number[];
}

/** A linear axis whose ends are ticks. */
export function linearAxis(label: string, values: readonly number[], options: LinearOptions = {}): Axis {
  const { wanted = 5, format = plainNumber, include = [] } = options;
  const [low, high] = extent([...values, ...include]);
  const pad = low === high ? Math.max(Math.abs(low) * 0.1, 0.05) : 0;
  const step = roundStep(low - pad, high + pad, wanted);
  const first = Math.floor((low - pad) / step + 1e-9);
  const last = Math.ceil((high + pad) / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { label, min: first * step, max: last * step, kind: 'linear', ticks: ticks.map((at) => ({ at, label: format(at) })) };
}

const KL_TICKS = [0, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000];

/**
 * Whether a line at `mark` nats may stretch an axis whose data ends at `furthest`: much further out, it would squeeze the
 * data. On the √ axis twice the KL is 1.4 times the width.
 */
export const mayStretch = (mark: number, furthest: number): boolean => mark <= 2 * furthest;

/** KL in nats, spaced by √KL, beginning at 0: the reference policy itself. */
export function klAxis(values: readonly number[], label = 'KL(π‖π_ref), nats per sequence (√ scale)'): Axis {
  const highest = Math.max(0.25, extent([0, ...values])[1]);
  const max = highest * 1.06;
  const axis: Axis = { label, min: 0, max, kind: 'sqrt', ticks: [] };
  const ticks: Tick[] = [];
  let previous = -1;
  // Neighbouring labels need room: at least 6.5% of the axis apart.
  for (const at of KL_TICKS.filter((value) => value <= max)) {
    const share = position(axis, at);
    if (share - previous < 0.065) continue;
    ticks.push({ at, label: plainNumber(at) });
    previous = share;
  }
  return { ...axis, ticks };
}

export const plainNumber = (value: number) => String(Number(value.toPrecision(6)));
/** For what is computed and need not be exact to be found: 16.7 for 1/0.06. */
export const shortNumber = (value: number) => String(Number(value.toPrecision(3)));
export const percent = (value: number) => `${Number((value * 100).toFixed(1))}%`;
