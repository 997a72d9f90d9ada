/** Writers of answers: poor ones mistake what was asked, add what is not to the point, and forget to be polite. */
import type { RandomStream } from '../../../core/random';
import type { Prompt } from '../common/prompts';
import { CITATION, CONNECTIVE_TOKENS, CONTENT_TOKENS, POLITE } from '../common/vocabulary';
import { drawCount, drawFrom, happens } from '../common/writers';
import { answerTo, detailsFor, FACTS } from './prompts';

/** Tokens before the end token; a long one is still to be cut. */
export function writeAnswer(prompt: Prompt, quality: number, random: RandomStream): number[] {
  const response: number[] = [];
  if (happens(0.3 + 0.4 * quality, random)) response.push(POLITE);
  response.push(drawAnswer(prompt, quality, random));
  for (let left = drawCount(1 + 2.5 * quality, random); left > 0; left -= 1) {
    response.push(drawFrom(CONNECTIVE_TOKENS, random), drawDetail(prompt, quality, random));
    if (happens(0.2, random)) response.push(CITATION);
  }
  if (happens(0.1, random)) response.push(POLITE);
  return response;
}

/** A poor writer names another fact (the type mistaken) as often as any word at all. */
function drawAnswer(prompt: Prompt, quality: number, random: RandomStream): number {
  if (happens(0.25 + 0.65 * quality, random)) return answerTo(prompt);
  return happens(0.5, random) ? prompt[1 + random.integer(FACTS)] ?? 0 : drawFrom(CONTENT_TOKENS, random);
}

function drawDetail(prompt: Prompt, quality: number, random: RandomStream): number {
  const details = detailsFor(prompt);
  return happens(0.4 + 0.5 * quality, random) ? details[random.integer(details.length)] ?? 0 : drawFrom(CONTENT_TOKENS, random);
}
