/**
 * The golden rule of the chat arena: whichever of the three other rules fits the prompt's type. A recap is judged as a
 * headline's summary, a pick as the answer to a question about its place, a hack as a request to refuse. What the rules have in
 * common is little: connectives, politeness and citations are paid for in one and punished in another.
 */
import { harmReward } from '../harmlessness/reward';
import { helpReward } from '../helpfulness/reward';
import { summaryReward } from '../summarisation/reward';
import { genreOf } from './prompts';

/** Higher is better; comparable only between responses to one prompt. Faultless: 3 for a recap, 2.95 for a pick, 1.91 for a refusal. */
export function chatReward(prompt: ArrayLike<number>, response: ArrayLike<number>): number {
  switch (genreOf(prompt)) {
    case 'summary': return summaryReward(prompt, response);
    case 'answer': return helpReward(prompt, response);
    case 'refusal': return harmReward(prompt, response);
  }
}
