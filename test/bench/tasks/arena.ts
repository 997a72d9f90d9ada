/** How far the chat arena's systems are apart, and what a judge that has seen them meet is worth where no two of them do. */
import { RandomStream } from '../../../src/core/random';
import { END, type PreferencePairs } from '../../../src/training/rows';
import { genreOf } from '../../../src/training/tasks/chat-arena/prompts';
import { chatReward } from '../../../src/training/tasks/chat-arena/reward';
import { SYSTEMS, type System, write } from '../../../src/training/tasks/chat-arena/systems';
import { drawPrompt, type Prompt, PROMPT_LENGTH, RESPONSE_LENGTH } from '../../../src/training/tasks/common/prompts';
import { RowWriter } from '../../../src/training/tasks/rowWriter';
import type { Judge } from './judge';
import { deviation, mean, percent, shareOf } from './numbers';

const SHAPE = { promptLength: PROMPT_LENGTH, responseLength: RESPONSE_LENGTH };
const PAIRS = 3000;

const respond = (system: System, prompt: Prompt, random: RandomStream): number[] => [...write(system, prompt, random).slice(0, RESPONSE_LENGTH - 1), END];

/** By genre, because scores of one genre only can be compared. */
export function describeSystems(): void {
  const random = RandomStream.of(0, 'systems');
  const scores = new Map<string, number[]>();
  for (let i = 0; i < 8000; i += 1) {
    const prompt = drawPrompt(random);
    for (const system of SYSTEMS) {
      const key = `${genreOf(prompt)} by ${system.name}`;
      scores.set(key, [...(scores.get(key) ?? []), chatReward(prompt, respond(system, prompt, random))]);
    }
  }
  console.log('\nchat-arena: scores');
  for (const [key, values] of [...scores].sort(([a], [b]) => a.localeCompare(b))) console.log(`  ${key}: ${mean(values).toFixed(2)} ± ${deviation(values).toFixed(2)}`);
}

export function describeMeetings(judges: Readonly<Record<string, Judge>>): void {
  console.log('\nchat-arena: share of pairs that a linear judge orders rightly, trained on meetings of two different systems');
  const meetings = SYSTEMS.flatMap((a, i) => SYSTEMS.slice(i).map((b) => [a, b] as const));
  const pairs = meetings.map(([a, b]) => ({ isSame: a === b, ...meet(a, b) }));
  for (const { pairs: met, wins, names } of pairs) {
    const verdicts = Object.entries(judges).map(([told, judge]) => `${told} ${percent(shareOf(judge(met)))}`);
    console.log(`  ${names}: the first is better in ${percent(wins)}; told ${verdicts.join(', ')}`);
  }
  for (const isSame of [true, false]) {
    const ofKind = pairs.filter((met) => met.isSame === isSame);
    const verdicts = Object.entries(judges).map(([told, judge]) => `${told} ${percent(mean(ofKind.map((met) => shareOf(judge(met.pairs)))))}`);
    console.log(`  ${isSame ? 'the same system twice' : 'two different systems'}, on average: told ${verdicts.join(', ')}`);
  }
}

/** Untied pairs of two systems, the better response first; `wins`: how often that is `a`'s. */
function meet(a: System, b: System): { readonly names: string; readonly wins: number; readonly pairs: PreferencePairs } {
  const random = RandomStream.of(0, `${a.name} meets ${b.name}`);
  const chosen = new RowWriter(SHAPE, PAIRS);
  const rejected = new RowWriter(SHAPE, PAIRS);
  let wins = 0;
  while (chosen.rows < PAIRS) {
    const prompt = drawPrompt(random);
    const [x, y] = [respond(a, prompt, random), respond(b, prompt, random)];
    const difference = chatReward(prompt, x) - chatReward(prompt, y);
    if (difference === 0) continue;
    chosen.add(prompt, difference > 0 ? x : y);
    rejected.add(prompt, difference > 0 ? y : x);
    wins += difference > 0 ? 1 : 0;
  }
  return { names: `${a.name}–${b.name}`, wins: wins / PAIRS, pairs: { chosen: chosen.finish(), rejected: rejected.finish() } };
}
