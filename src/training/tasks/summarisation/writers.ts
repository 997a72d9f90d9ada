/** Writers of summaries: hand-written, noisy, and of a quality drawn anew for each response. */
import type { RandomStream } from '../../../core/random';
import { PROMPT_LENGTH, type Prompt, RESPONSE_LENGTH } from '../common/prompts';
import { CONNECTIVE_TOKENS, CONTENT_TOKENS } from '../common/vocabulary';
import { drawFrom } from '../common/writers';
import { SALIENT_WORDS, targetLength } from './prompts';

/** Tokens before the end token, at most RESPONSE_LENGTH − 1 of them. */
export function writeSummary(prompt: Prompt, quality: number, random: RandomStream): number[] {
  const length = drawLength(prompt, quality, random);
  const order = drawOrder(quality, random);
  const response: number[] = [];
  for (let mentioned = 0; response.length < length; ) {
    const kind = drawKind(quality, mentioned, random);
    response.push(drawToken(kind, prompt, order[mentioned] ?? 1, random));
    if (kind === 'next-salient') mentioned += 1;
  }
  return response;
}

/** Good writers hit the length that the format asks for; poor ones scatter around it by 2.5 tokens. */
function drawLength(prompt: Prompt, quality: number, random: RandomStream): number {
  const wanted = Math.round(targetLength(prompt) + random.normal() * 2.5 * (1 - quality));
  return Math.min(Math.max(wanted, 1), RESPONSE_LENGTH - 1);
}

/** Positions in the prompt of the salient words, in the order in which this writer takes them up. */
function drawOrder(quality: number, random: RandomStream): number[] {
  const order = Array.from({ length: SALIENT_WORDS }, (_, i) => i + 1);
  return random.uniform() < 0.4 + 0.5 * quality ? order : random.shuffle(order);
}

type Kind = 'next-salient' | 'connective' | 'from-prompt' | 'anything';

function drawKind(quality: number, mentioned: number, random: RandomStream): Kind {
  const u = random.uniform();
  if (u < 0.25 + 0.35 * quality && mentioned < SALIENT_WORDS) return 'next-salient';
  if (u < 0.55 + 0.3 * quality) return 'connective';
  return u < 0.8 ? 'from-prompt' : 'anything';
}

function drawToken(kind: Kind, prompt: Prompt, nextSalient: number, random: RandomStream): number {
  switch (kind) {
    case 'next-salient': return prompt[nextSalient] ?? 0;
    case 'connective': return drawFrom(CONNECTIVE_TOKENS, random);
    case 'from-prompt': return prompt[1 + random.integer(PROMPT_LENGTH - 1)] ?? 0;
    case 'anything': return drawFrom(CONTENT_TOKENS, random);
  }
}
