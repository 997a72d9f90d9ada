/**
 * The writers behind the initial data: hand-written, noisy, and of a quality drawn anew for each response. The data come
 * from them and not from the policy, which is what makes the offline set off-policy, as in the paper's section 3.
 */
import type { RandomStream } from '../../../core/random';
import { END } from '../../rows';
import { PROMPT_LENGTH, type Prompt, RESPONSE_LENGTH, SALIENT_WORDS, targetLength } from './prompts';
import { CONNECTIVE_TOKENS, CONTENT_TOKENS, type TokenRange } from './vocabulary';

/** Shape of the symmetric Beta that quality is drawn from: broad, with both very poor and very good writers in it. */
const QUALITY_SHAPE = 1.2;

/** Quality in (0, 1) ~ Beta(1.2, 1.2), by Jöhnk's rejection (exact; two attempts in five are kept). */
export function drawQuality(random: RandomStream): number {
  for (;;) {
    const x = random.uniform() ** (1 / QUALITY_SHAPE);
    const y = random.uniform() ** (1 / QUALITY_SHAPE);
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}

/** A response of at most RESPONSE_LENGTH tokens, the end token included; not padded. */
export function writeResponse(prompt: Prompt, quality: number, random: RandomStream): number[] {
  const length = drawLength(prompt, quality, random);
  const order = drawOrder(quality, random);
  const response: number[] = [];
  for (let mentioned = 0; response.length < length; ) {
    const kind = drawKind(quality, mentioned, random);
    response.push(drawToken(kind, prompt, order[mentioned] ?? 1, random));
    if (kind === 'next-salient') mentioned += 1;
  }
  response.push(END);
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

const drawFrom = (range: TokenRange, random: RandomStream): number => range.first + random.integer(range.count);
