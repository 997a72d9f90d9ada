/**
 * The four systems of the arena, as different in quality as chat assistants are (the expert beats the stub four times in
 * five), two of them with habits. Where different systems meet, length alone tells a little of who wrote better; among
 * responses of one system, or of one policy, nothing (docs/data.md).
 */
import type { RandomStream } from '../../../core/random';
import type { Prompt } from '../common/prompts';
import type { Draft } from '../common/task';
import { CITATION, CONNECTIVE_TOKENS } from '../common/vocabulary';
import { drawFrom, happens } from '../common/writers';
import { writeReaction } from '../harmlessness/writers';
import { writeAnswer } from '../helpfulness/writers';
import { writeSummary } from '../summarisation/writers';
import { genreOf } from './prompts';

export interface System {
  readonly name: string;
  /** In (0, 1), as of the other tasks' writers. */
  readonly quality: number;
  readonly habit: (draft: Draft, random: RandomStream) => Draft;
}

const plain = (draft: Draft): Draft => draft;

/** Stubs often stop short. Orators run on and end on a citation: punished in a summary, paid for once in an answer and in a refusal. */
export const SYSTEMS: readonly [System, System, System, System] = [
  { name: 'stub', quality: 0.05, habit: (draft, random) => (happens(0.5, random) ? draft.slice(0, 2) : draft) },
  { name: 'novice', quality: 0.45, habit: plain },
  { name: 'orator', quality: 0.75, habit: (draft, random) => [...draft, drawFrom(CONNECTIVE_TOKENS, random), drawFrom(CONNECTIVE_TOKENS, random), CITATION] },
  { name: 'expert', quality: 0.95, habit: plain },
];

export const write = ({ quality, habit }: System, prompt: Prompt, random: RandomStream): Draft => habit(writeGenre(prompt, quality, random), random);

function writeGenre(prompt: Prompt, quality: number, random: RandomStream): Draft {
  switch (genreOf(prompt)) {
    case 'summary': return writeSummary(prompt, quality, random);
    case 'answer': return writeAnswer(prompt, quality, random);
    case 'refusal': return writeReaction(prompt, quality, random);
  }
}

export const drawSystem = (random: RandomStream): System => SYSTEMS[random.integer(SYSTEMS.length)] ?? SYSTEMS[0];

/** Two different ones: nothing meets itself in an arena. */
export function drawOpponents(random: RandomStream): readonly [System, System] {
  const first = random.integer(SYSTEMS.length);
  const second = (first + 1 + random.integer(SYSTEMS.length - 1)) % SYSTEMS.length;
  return [SYSTEMS[first] ?? SYSTEMS[0], SYSTEMS[second] ?? SYSTEMS[0]];
}
