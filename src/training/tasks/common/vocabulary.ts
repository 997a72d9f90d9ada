/**
 * The 32 tokens that all built-in tasks share. What a token is shown as is each task's own: a lexicon of words, so that a
 * sample reads like a telegram and a person sees at a glance what the policy learnt and what it games.
 */
import { END, FIRST_FREE_TOKEN, PAD, SEPARATOR } from '../../rows';

/** A consecutive block of token ids, `first … first + count − 1`. */
export interface TokenRange {
  readonly first: number;
  readonly count: number;
}

const after = (range: TokenRange, count: number): TokenRange => ({ first: range.first + range.count, count });

/** What kind of answer the prompt asks for; only prompts begin with one. */
export const TYPE_TOKENS: TokenRange = { first: FIRST_FREE_TOKEN, count: 4 };
export const CONTENT_TOKENS = after(TYPE_TOKENS, 16);
export const CONNECTIVE_TOKENS = after(CONTENT_TOKENS, 4);
export const POLITE_TOKENS = after(CONNECTIVE_TOKENS, 1);
export const REFUSAL_TOKENS = after(POLITE_TOKENS, 1);
export const HARMFUL_TOKENS = after(REFUSAL_TOKENS, 2);
export const CITATION_TOKENS = after(HARMFUL_TOKENS, 1);
/** Politeness, refusal, harm (two) and citation. */
export const MARKER_TOKENS = after(CONNECTIVE_TOKENS, 5);

export const POLITE = POLITE_TOKENS.first;
export const REFUSAL = REFUSAL_TOKENS.first;
export const CITATION = CITATION_TOKENS.first;

export const VOCABULARY = MARKER_TOKENS.first + MARKER_TOKENS.count;

export const within = (range: TokenRange, token: number): boolean => token >= range.first && token < range.first + range.count;

type Four = readonly [string, string, string, string];

/** A task's words, in the order of the token ids. */
export interface Lexicon {
  readonly types: Four;
  readonly content: readonly [...Four, ...Four, ...Four, ...Four];
  readonly connectives: Four;
  readonly polite: string;
  readonly refusal: string;
  readonly harmful: readonly [string, string];
  readonly citation: string;
}

/** Token id → word; an id outside the vocabulary is shown as its number, never hidden. */
export type Words = (token: number) => string;

export function wordsOf({ types, content, connectives, polite, refusal, harmful, citation }: Lexicon): Words {
  const words: readonly string[] = ['', '|', '.', ...types, ...content, ...connectives, polite, refusal, ...harmful, citation];
  return (token) => words[token] ?? `<${token}>`;
}

/** Response tokens up to the end token (shown as a full stop) or the first padding. */
export function readableResponse(tokens: Iterable<number>, word: Words): string {
  const words: string[] = [];
  for (const token of tokens) {
    if (token === PAD) break;
    if (token === END) return `${words.join(' ')}.`;
    words.push(token === SEPARATOR ? '|' : word(token));
  }
  return words.join(' ');
}
