/** The bootstrap of several arms together: seeds and evaluation prompts, the prompts shared where they are the same. */
import { RandomStream } from '../random';
import { percentileInterval } from '../statistics/quantiles';
import { ArmBootstrap, seedWidening, type Questions } from './armBootstrap';
import type { Arm } from './arms';
import type { CurveModel } from './curve';
import { PromptSampler, type PointMeans } from './prompts';
import type { Valued } from './report';

/** Random halvings over which the observed attainable win rate is averaged; one alone would depend on the draw. */
const OBSERVED_HALVINGS = 20;

/** One arm may stand several times, with another model each: its checkpoints are resampled once. */
export interface StudyArm {
  readonly arm: Arm;
  readonly model: CurveModel | undefined;
  readonly questions: Questions;
}

export interface StudyOptions {
  readonly resamples: number;
  readonly seed: number;
}

export class Study {
  private readonly bootstraps: readonly ArmBootstrap[];

  constructor(private readonly arms: readonly StudyArm[], { resamples, seed }: StudyOptions) {
    const random = RandomStream.of(seed, 'gap');
    const own = [...new Set(arms.map(({ arm }) => arm))];
    const sampler = new PromptSampler(own, random);
    this.bootstraps = arms.map(({ arm, model, questions }) => new ArmBootstrap(arm, model, questions, resamples));
    // A further fit of an arm draws seeds from a stream of its own: what is asked besides must not move the arm's numbers.
    const besides = RandomStream.of(seed, 'further fits');
    const streams = arms.map(({ arm }, a) => (arms.findIndex((other) => other.arm === arm) === a ? random : besides));
    const forEachArm = (act: (bootstrap: ArmBootstrap, means: PointMeans, random: RandomStream) => void): void => {
      this.bootstraps.forEach((bootstrap, a) => {
        const means = sampler.means[own.indexOf(bootstrap.arm)];
        if (means !== undefined) act(bootstrap, means, streams[a] ?? random);
      });
    };
    for (let halving = 0; halving < OBSERVED_HALVINGS; halving += 1) {
      sampler.observe();
      forEachArm((bootstrap, means) => { bootstrap.observe(means, 1 / OBSERVED_HALVINGS); });
    }
    for (let b = 0; b < resamples; b += 1) {
      sampler.resample();
      forEachArm((bootstrap, means, stream) => { bootstrap.record(b, means, stream); });
    }
  }

  /** The fit of arm `a` at its question `q`; undefined where it cannot be told. */
  fit(a: number, q: number): Valued | undefined {
    return valuedOf(this.fitDraws([[a, [q], 1]]));
  }

  /** The attainable win rate of arm `a` at its limit `l`, and the mean KL of the checkpoints chosen. */
  attainable(a: number, l: number): (Valued & { readonly kl: number }) | undefined {
    const valued = valuedOf(this.combine([[a, [this.limitIndex(a, l)], 1]]));
    return valued && { ...valued, kl: this.bootstraps[a]?.chosenKl(l) ?? NaN };
  }

  /** Arm `a` minus arm `b`, averaged over questions of the fit that lie at the same KLs. */
  fitGap(a: number, b: number, questions: readonly (readonly [ofA: number, ofB: number])[]): Draws | undefined {
    return this.combine([[a, questions.map(([q]) => q), 1], [b, questions.map(([, q]) => q), -1]]);
  }

  attainableGap(a: number, b: number, limits: readonly [ofA: number, ofB: number]): Draws | undefined {
    return this.combine([[a, [this.limitIndex(a, limits[0])], 1], [b, [this.limitIndex(b, limits[1])], -1]]);
  }

  /** Signed sum over arms of means over questions of the fit. */
  fitDraws(terms: readonly Term[]): Draws | undefined {
    return this.combine(terms);
  }

  private limitIndex(a: number, l: number): number {
    return (this.arms[a]?.questions.fit.length ?? 0) + l;
  }

  private combine(terms: readonly Term[]): Draws | undefined {
    const clusters = terms.map(([a]) => this.arms[a]?.arm.clusters ?? 0);
    let value = 0;
    let sums: Float64Array | undefined;
    for (const [a, indices, sign] of terms) {
      const bootstrap = this.bootstraps[a];
      if (bootstrap === undefined) return undefined;
      const widening = seedWidening(bootstrap.arm.clusters, clusters) * Math.sqrt(bootstrap.seedShare(indices));
      for (const index of indices) {
        value += (sign * (bootstrap.observed[index] ?? NaN)) / indices.length;
        const resampled = bootstrap.resampled(index, widening);
        sums ??= new Float64Array(resampled.length);
        for (let b = 0; b < resampled.length; b += 1) sums[b] = (sums[b] ?? 0) + (sign * (resampled[b] ?? NaN)) / indices.length;
      }
    }
    return Number.isNaN(value) || sums === undefined ? undefined : { value, resampled: sums };
  }
}

/** An observed value and what every resample makes of it; NaN where a resample has no answer. */
export interface Draws {
  readonly value: number;
  readonly resampled: Float64Array;
}

type Term = readonly [arm: number, indices: readonly number[], sign: number];

/** Undefined where no resample has an answer. */
export function valuedOf(draws: Draws | undefined): Valued | undefined {
  const interval = draws && percentileInterval(draws.resampled.filter((value) => !Number.isNaN(value)));
  return interval && { value: draws.value, ...interval };
}
