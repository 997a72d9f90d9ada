/** How far a batch is sampled: until its longest response has ended. */

/**
 * The longest of `draws` responses, on average, when their lengths are spread as `lengths`: Σ x · (F(x)ⁿ − F(x−1)ⁿ). A reference
 * policy writes about as long as what it was trained on, so the data tell it before the policy is there.
 */
export function expectedLongest(lengths: ArrayLike<number>, draws: number): number {
  const sorted = Array.from(lengths).sort((a, b) => a - b);
  const share = (count: number) => (count / sorted.length) ** draws;
  return sorted.reduce((sum, length, i) => sum + length * (share(i + 1) - share(i)), 0);
}
