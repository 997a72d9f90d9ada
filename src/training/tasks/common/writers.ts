/**
 * What the hand-written writers of the initial data have in common. The data come from them and not from the policy, which is
 * what makes the offline set off-policy, as in the paper's section 3.
 */
import type { RandomStream } from '../../../core/random';
import type { TokenRange } from './vocabulary';

/** Shape of the symmetric Beta that quality is drawn from: broad, with both very poor and very good writers in it. */
const QUALITY_SHAPE = 1.2;

/** Quality in (0, 1) ~ Beta(1.2, 1.2), by Jöhnk's rejection (exact; two attempts in five are kept). */
export function drawQuality(random: RandomStream): number {
  for (;;) {
    const x = random.uniform() ** (1 / QUALITY_SHAPE);
    const y = random.uniform() ** (1 / QUALITY_SHAPE);
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}

export const drawFrom = (range: TokenRange, random: RandomStream): number => range.first + random.integer(range.count);

export const happens = (probability: number, random: RandomStream): boolean => random.uniform() < probability;

/** A count ~ Poisson(mean), by Knuth's product of uniforms: exact, and quick at means of one to four. */
export function drawCount(mean: number, random: RandomStream): number {
  const least = Math.exp(-mean);
  let drawn = -1;
  for (let product = 1; product > least; drawn += 1) product *= random.uniform();
  return drawn;
}
