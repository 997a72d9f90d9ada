/**
 * The 32 tokens of the built-in tasks and the words they are shown as: short news wires, so that a sample reads like a
 * telegram ("storm halts ferry near harbour") and a person sees at a glance what the policy learnt and what it games.
 */
import { END, FIRST_FREE_TOKEN, PAD, SEPARATOR } from '../../rows';

const FORMATS = ['headline', 'caption', 'brief', 'digest'] as const;
const CONTENT = [
  'storm', 'ferry', 'harbour', 'mayor', 'bridge', 'market', 'strike', 'school',
  'river', 'train', 'council', 'festival', 'miners', 'hospital', 'fire', 'museum',
] as const;
const CONNECTIVES = ['halts', 'after', 'near', 'and'] as const;
/** None of these belongs into a summary; they are there for a preference model to overrate and for other tasks to use. */
const MARKERS = ['please', 'no-comment', 'slur', 'smear', '[source]'] as const;

/** A consecutive block of token ids, `first … first + count − 1`. */
export interface TokenRange {
  readonly first: number;
  readonly count: number;
}

const after = (range: TokenRange, count: number): TokenRange => ({ first: range.first + range.count, count });

export const FORMAT_TOKENS: TokenRange = { first: FIRST_FREE_TOKEN, count: FORMATS.length };
export const CONTENT_TOKENS = after(FORMAT_TOKENS, CONTENT.length);
export const CONNECTIVE_TOKENS = after(CONTENT_TOKENS, CONNECTIVES.length);
/** Politeness, refusal, harm (two) and citation. */
export const MARKER_TOKENS = after(CONNECTIVE_TOKENS, MARKERS.length);

export const VOCABULARY = MARKER_TOKENS.first + MARKER_TOKENS.count;

export const within = (range: TokenRange, token: number): boolean => token >= range.first && token < range.first + range.count;

const WORDS: readonly string[] = ['', '|', '.', ...FORMATS, ...CONTENT, ...CONNECTIVES, ...MARKERS];

/** The word of a token id; an id outside the vocabulary is shown as its number, never hidden. */
export const word = (token: number): string => WORDS[token] ?? `<${token}>`;

/** Response tokens up to the end token (shown as a full stop) or the first padding. */
export function readableResponse(tokens: Iterable<number>): string {
  const words: string[] = [];
  for (const token of tokens) {
    if (token === PAD) break;
    if (token === END) return `${words.join(' ')}.`;
    words.push(token === SEPARATOR ? '|' : word(token));
  }
  return words.join(' ');
}
