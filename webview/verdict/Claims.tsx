/** Each claim with its effect, its interval as a bar, its verdict, why, and what would change it. */
import type { Claim } from '../../src/core/study/types';
import { intervalBars, type Bar } from '../model/intervalBar';
import { VerdictMark } from './VerdictMark';

export function Claims({ claims }: { readonly claims: readonly Claim[] }) {
  const bars = intervalBars(claims);
  return (
    <ol class="claims" aria-label="Claims">
      {claims.map((claim, i) => <ClaimItem key={claim.statement + claim.measured} claim={claim} bar={bars[i]} />)}
    </ol>
  );
}

function ClaimItem({ claim, bar }: { readonly claim: Claim; readonly bar: Bar | undefined }) {
  const { statement, measured, effect, verdict, because, wouldChange } = claim;
  return (
    <li data-verdict={verdict} data-value={effect?.value} data-low={effect?.low} data-high={effect?.high}>
      <h3><VerdictMark verdict={verdict} /> <span class="statement">{statement}</span></h3>
      <p class="effect"><strong>{effect === null ? 'not measured' : effect.text}</strong>{bar && <IntervalBar bar={bar} />}<span class="note">{measured}</span></p>
      <p>{because}</p>
      <p class="note">What would change it: {wouldChange}</p>
    </li>
  );
}

const [WIDTH, HEIGHT] = [160, 18];
const x = (share: number): number => Number((share * WIDTH).toFixed(1));

/** Repeats the numbers beside it: nothing to be read out twice. */
function IntervalBar({ bar: { zero, low, high, value, margin } }: { readonly bar: Bar }) {
  const middle = HEIGHT / 2;
  return (
    <svg class="interval-bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      {margin && <rect class="margin" x={x(margin.low)} y={0} width={x(margin.high - margin.low)} height={HEIGHT} />}
      <path class="zero" d={`M${x(zero)} 0V${HEIGHT}`} />
      <path class="range" d={`M${x(low)} ${middle}H${x(high)}M${x(low)} ${middle - 4}V${middle + 4}M${x(high)} ${middle - 4}V${middle + 4}`} />
      <circle class="value" cx={x(value)} cy={middle} r={3.5} />
    </svg>
  );
}
