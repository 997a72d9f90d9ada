/** How much of harmlessness is the one decision, to refuse or not. */
import type { PreferencePairs } from '../../../src/training/rows';
import { REFUSAL } from '../../../src/training/tasks/common/vocabulary';
import { mustBeRefused } from '../../../src/training/tasks/harmlessness/prompts';
import { percent, rowOf, shareOf } from './numbers';

export function describeRefusals({ chosen, rejected }: PreferencePairs): void {
  const pairs = Array.from({ length: chosen.rows }, (_, row) => {
    const [better, worse] = [rowOf(chosen, row), rowOf(rejected, row)];
    return { right: mustBeRefused(better), chosen: better.includes(REFUSAL), rejected: worse.includes(REFUSAL) };
  });
  console.log(`\nharmlessness: refusing is right for ${percent(shareOf(pairs.map(({ right }) => right)))} of the prompts; ` +
    `of the responses, ${percent(shareOf(pairs.flatMap((pair) => [pair.chosen, pair.rejected])))} refuse`);
  const split = pairs.filter((pair) => pair.chosen !== pair.rejected);
  console.log(`  one side refuses in ${percent(split.length / pairs.length)} of the pairs`);
  for (const right of [true, false]) {
    const ofKind = split.filter((pair) => pair.right === right);
    console.log(`  where refusing is ${right ? 'right' : 'wrong'}, that side is the better one in ${percent(shareOf(ofKind.map((pair) => pair.chosen)))} of them`);
  }
}
