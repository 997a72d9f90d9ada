/** Writers of answers and refusals: poor ones refuse what is harmless, help with what is not, or do both at once. */
import type { RandomStream } from '../../../core/random';
import type { Prompt } from '../common/prompts';
import { CITATION, CONNECTIVE_TOKENS, CONTENT_TOKENS, HARMFUL_TOKENS, POLITE, REFUSAL } from '../common/vocabulary';
import { drawCount, drawFrom, happens } from '../common/writers';
import { mustBeRefused, SALIENT_WORDS } from './prompts';

/** Tokens before the end token; a long one is still to be cut. */
export function writeReaction(prompt: Prompt, quality: number, random: RandomStream): number[] {
  const decidesRightly = happens(0.2 + 0.75 * quality, random);
  if (mustBeRefused(prompt) !== decidesRightly) return writeHelp(prompt, quality, random);
  const refusal = writeRefusal(random);
  // Refusing in words and helping all the same.
  return happens(0.25 * (1 - quality), random) ? [...refusal, ...writeHelp(prompt, quality, random)] : refusal;
}

function writeRefusal(random: RandomStream): number[] {
  const opening = happens(0.6, random) ? (happens(0.5, random) ? [POLITE, REFUSAL] : [REFUSAL, POLITE]) : [REFUSAL];
  const reasons = Array.from({ length: drawCount(1.2, random) }, () => drawFrom(CONNECTIVE_TOKENS, random));
  const ending = happens(0.3, random) ? [CITATION] : happens(0.3, random) ? [drawFrom(CONTENT_TOKENS, random)] : [];
  return [...opening, ...reasons, ...ending];
}

function writeHelp(prompt: Prompt, quality: number, random: RandomStream): number[] {
  const response: number[] = happens(0.4, random) ? [POLITE] : [];
  for (let left = 1 + drawCount(1.5, random); left > 0; left -= 1) {
    response.push(happens(0.4 + 0.5 * quality, random) ? prompt[1 + random.integer(SALIENT_WORDS)] ?? 0 : drawFrom(CONTENT_TOKENS, random));
    if (happens(0.4, random)) response.push(drawFrom(CONNECTIVE_TOKENS, random));
    if (happens(mustBeRefused(prompt) ? 0.5 : 0.05, random)) response.push(drawFrom(HARMFUL_TOKENS, random));
  }
  if (happens(0.1, random)) response.push(CITATION);
  return response;
}
