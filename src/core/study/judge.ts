/** From an effect and where a claim puts it to a verdict: one rule for every claim of every study. */
import type { Valued } from '../analysis/report';
import type { Claim, Effect, EffectUnit, Side, Verdict } from './types';

export const RULE =
  'A claim is supported when the whole 95% interval of its effect lies on the side that the claim names (for “no difference”: within the margin), ' +
  'spoken against when the whole interval lies on the other side (outside the margin), and undecided otherwise. ' +
  'The study supports its hypothesis when more than half of its claims are supported and none is spoken against; it speaks against it the other way round; otherwise it is undecided. ' +
  'Intervals are not corrected for the number of claims.';

/** One seed is one draw: whatever its interval says, it is about that run. */
const FEWEST_SEEDS = 2;

/** Arms that are the same to the last bit differ by rounding alone, and by the same rounding in every seed. */
const ROUNDING = 1e-9;

export function decide({ low, high }: Pick<Valued, 'low' | 'high'>, side: Side): Verdict {
  switch (side.kind) {
    case 'above':
      return low > ROUNDING ? 'supports' : high < -ROUNDING ? 'against' : 'undecided';
    case 'below':
      return high < -ROUNDING ? 'supports' : low > ROUNDING ? 'against' : 'undecided';
    case 'within':
      if (low > -side.margin && high < side.margin) return 'supports';
      return low > side.margin || high < -side.margin ? 'against' : 'undecided';
  }
}

export interface ClaimInput {
  readonly statement: string;
  readonly measured: string;
  readonly side: Side;
  readonly unit: EffectUnit;
  readonly effect: Valued | undefined;
  /** Of the arm that has fewest. */
  readonly seeds: number;
  /** What else would change the verdict; said after what the numbers say. */
  readonly also?: string;
}

export function judge({ statement, measured, side, unit, effect, seeds, also }: ClaimInput): Claim {
  const base = { statement, measured, side };
  const change = (first: string): string => [first, ...(also === undefined ? [] : [also])].join(' ');
  if (effect === undefined) {
    return { ...base, effect: null, verdict: 'undecided', because: 'The runs that it needs are not there, or have logged too little.', wouldChange: change('Running the study to its end.') };
  }
  const withUnit = effectOf(effect, unit);
  if (seeds < FEWEST_SEEDS) {
    return { ...base, effect: withUnit, verdict: 'undecided', because: `${withUnit.text}, from a single seed, which supports no claim about an algorithm.`, wouldChange: change('More seeds.') };
  }
  const verdict = decide(effect, side);
  return { ...base, effect: withUnit, verdict, because: because(withUnit, side, verdict), wouldChange: change(numbersThatChange(withUnit, side, verdict, seeds)) };
}

function because(effect: Effect, side: Side, verdict: Verdict): string {
  const { text } = effect;
  const place = side.kind === 'within' ? `the margin of ±${number(side.margin, effect.unit)}` : 'zero';
  switch (verdict) {
    case 'supports':
      return side.kind === 'within' ? `${text}: the interval lies within ${place}.` : `${text}: the interval lies ${side.kind} zero.`;
    case 'against':
      return side.kind === 'within' ? `${text}: the interval lies outside ${place}.` : `${text}: the interval lies ${side.kind === 'above' ? 'below' : 'above'} zero.`;
    case 'undecided':
      return side.kind === 'within' ? `${text}: the interval crosses ${place}.` : `${text}: the interval holds zero.`;
  }
}

/** Above this many, a number of seeds is no advice. */
const MOST_SEEDS = 100;

/** An interval narrows with the root of the number of seeds: so many would decide, should the effect stay where it is. */
function numbersThatChange({ value, low, high }: Effect, side: Side, verdict: Verdict, seeds: number): string {
  if (verdict !== 'undecided') return 'Other settings or tasks.';
  const edge = side.kind === 'within' ? Math.abs(side.margin - Math.abs(value)) : Math.abs(value);
  const half = Math.max(value - low, high - value);
  const needed = edge === 0 ? Infinity : Math.ceil(seeds * (half / edge) ** 2);
  if (needed <= seeds) return 'A few more seeds.';
  return needed > MOST_SEEDS ? 'No number of seeds in reach: the effect is too small for its interval.' : `About ${needed} seeds in place of ${seeds}, should the effect stay where it is.`;
}

export function overall(claims: readonly Claim[]): { readonly verdict: Verdict; readonly because: string } {
  const count = (verdict: Verdict): number => claims.filter((claim) => claim.verdict === verdict).length;
  const [supports, against, undecided] = [count('supports'), count('against'), count('undecided')];
  const because = `Of ${claims.length} claims ${supports} ${supports === 1 ? 'is' : 'are'} supported, ${against} ${against === 1 ? 'is' : 'are'} spoken against, ${undecided} undecided.`;
  if (supports * 2 > claims.length && against === 0) return { verdict: 'supports', because };
  if (against * 2 > claims.length && supports === 0) return { verdict: 'against', because };
  return { verdict: 'undecided', because };
}

export const effectOf = ({ value, low, high }: Valued, unit: EffectUnit): Effect => ({ value, low, high, unit, text: effectText({ value, low, high }, unit) });

/** `+3.8 points [+0.8, +6.8]`; counts and correlations as they are. */
export function effectText({ value, low, high }: Valued, unit: EffectUnit): string {
  return `${signed(value, unit)}${suffix(unit)} [${signed(low, unit)}, ${signed(high, unit)}]`;
}

const suffix = (unit: EffectUnit): string => {
  switch (unit) {
    case 'win rate':
    case 'accuracy':
    case 'share':
      return ' points';
    case 'rank correlation':
      return '';
    case 'nats/sequence':
    case 'KL':
      return ' nats';
    case 'golden labels':
      return ' golden labels';
    case 'runs':
      return ' of all runs';
  }
};

function number(value: number, unit: EffectUnit): string {
  switch (unit) {
    case 'win rate':
    case 'accuracy':
    case 'share':
      return (100 * value).toFixed(1);
    case 'golden labels':
      return value.toFixed(0);
    case 'rank correlation':
    case 'nats/sequence':
    case 'KL':
    case 'runs':
      return value.toFixed(2);
  }
}

const signed = (value: number, unit: EffectUnit): string => {
  const text = number(Math.abs(value), unit);
  // A count of labels and a distance have no sign; a value that rounds to nothing has none either.
  if (unit === 'golden labels' || unit === 'KL' || Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
};
