/**
 * Means of every checkpoint over resampled evaluation prompts. Prompts and seeds are crossed, not nested: all checkpoints
 * measured on the same prompts get the same draw, so differences between runs and arms are paired.
 */
import type { RandomStream } from '../random';
import type { Arm, ArmPoint } from './arms';

/** Of an arm's points, in their order. `a` and `b`: win rate on either half of the prompts. */
export interface PointMeans {
  readonly kl: Float64Array;
  readonly win: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
}

const emptyMeans = (n: number): PointMeans => ({ kl: new Float64Array(n), win: new Float64Array(n), a: new Float64Array(n), b: new Float64Array(n) });

interface PromptDraw {
  /** How often each prompt was drawn, and how often as one of the first half. */
  readonly counts: Float64Array;
  readonly first: Float64Array;
  firstTotal: number;
}

export class PromptSampler {
  readonly means: readonly PointMeans[];
  private readonly draws = new Map<string, PromptDraw>();
  /** For runs whose log keeps no outcomes: one standard normal a run, since the noise of shared prompts is shared too. */
  private readonly shifts = new Map<string, number>();

  constructor(
    private readonly arms: readonly Arm[],
    private readonly random: RandomStream,
  ) {
    this.means = arms.map(({ points }) => emptyMeans(points.length));
    for (const { win, promptGroup, run } of arms.flatMap(({ points }) => points)) {
      if (win === undefined) this.shifts.set(run.id, 0);
      else if (!this.draws.has(promptGroup)) this.draws.set(promptGroup, { counts: new Float64Array(win.length), first: new Float64Array(win.length), firstTotal: 0 });
    }
  }

  /** Draws prompts with repetition, and cuts the prompts in two. */
  resample(): void {
    for (const draw of this.draws.values()) {
      const n = draw.counts.fill(0).length;
      for (let i = 0; i < n; i += 1) {
        const prompt = this.random.integer(n);
        draw.counts[prompt] = (draw.counts[prompt] ?? 0) + 1;
      }
    }
    for (const run of this.shifts.keys()) this.shifts.set(run, this.random.normal());
    this.split();
  }

  /** Every prompt once, cut in two anew. */
  observe(): void {
    for (const draw of this.draws.values()) draw.counts.fill(1);
    for (const run of this.shifts.keys()) this.shifts.set(run, 0);
    this.split();
  }

  private split(): void {
    // A prompt drawn twice falls into one half with both copies: else the halves would not be independent.
    for (const draw of this.draws.values()) {
      draw.firstTotal = 0;
      for (let i = 0; i < draw.counts.length; i += 1) {
        const count = this.random.uniform() < 0.5 ? (draw.counts[i] ?? 0) : 0;
        draw.first[i] = count;
        draw.firstTotal += count;
      }
    }
    this.arms.forEach((arm, a) => {
      const means = this.means[a];
      if (means !== undefined) arm.points.forEach((point, i) => { this.measure(point, i, means); });
    });
  }

  private measure(point: ArmPoint, i: number, means: PointMeans): void {
    const draw = this.draws.get(point.promptGroup);
    if (point.win === undefined || draw === undefined) {
      const shifted = point.winRate + (this.shifts.get(point.run.id) ?? 0) * point.standardError;
      means.kl[i] = point.kl;
      means.win[i] = means.a[i] = means.b[i] = shifted;
      return;
    }
    measureOutcomes(point, point.win, draw, means, i);
  }
}

/** The hot loop: checkpoints × prompts × resamples. */
function measureOutcomes(point: ArmPoint, win: Float64Array, draw: PromptDraw, means: PointMeans, at: number): void {
  const { counts, first, firstTotal } = draw;
  const n = win.length;
  let wins = 0;
  let firstWins = 0;
  for (let i = 0; i < n; i += 1) {
    const outcome = win[i] as number;
    wins += (counts[i] as number) * outcome;
    firstWins += (first[i] as number) * outcome;
  }
  means.win[at] = wins / n;
  // Of tiny sets of prompts a half may be empty.
  means.a[at] = firstTotal > 0 ? firstWins / firstTotal : wins / n;
  means.b[at] = firstTotal < n ? (wins - firstWins) / (n - firstTotal) : wins / n;
  means.kl[at] = point.klByPrompt === undefined || point.kl === 0 ? point.kl : Math.max(0, dot(counts, point.klByPrompt) / n);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
