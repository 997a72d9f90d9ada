/** What the rules count in a response: its tokens before the end token, and small sums over them. */
import { END, PAD } from '../../rows';
import { CONNECTIVE_TOKENS, CONTENT_TOKENS, type TokenRange, within } from './vocabulary';

export interface Body {
  /** Response tokens before the end token or the first padding. */
  readonly body: readonly number[];
  readonly ended: boolean;
}

/** @param response tokens; what follows the end token is ignored */
export function bodyOf(response: ArrayLike<number>): Body {
  const body: number[] = [];
  for (let t = 0; t < response.length; t += 1) {
    const token = response[t] ?? PAD;
    if (token === END) return { body, ended: true };
    if (token === PAD) break;
    body.push(token);
  }
  return { body, ended: false };
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Positions at which a token and the one behind it fit. */
export const count = (body: readonly number[], holds: (token: number, next: number | undefined) => boolean): number =>
  body.filter((token, i) => holds(token, body[i + 1])).length;

export const countWithin = (body: readonly number[], range: TokenRange): number => count(body, (token) => within(range, token));

export const isContent = (token: number | undefined): boolean => token !== undefined && within(CONTENT_TOKENS, token);
export const isConnective = (token: number | undefined): boolean => token !== undefined && within(CONNECTIVE_TOKENS, token);

/** Content words directly followed by a connective. */
export const alternations = (body: readonly number[]): number => count(body, (token, next) => isContent(token) && isConnective(next));

/** Mentions of these words beyond the first of each. */
export const repeatsOf = (words: readonly number[], body: readonly number[]): number =>
  sum(words.map((word) => Math.max(body.filter((token) => token === word).length - 1, 0)));

/** Equal merits must score equal, or the last bit of a sum would decide what is a tie. */
const RESOLUTION = 1e9;

export const exactly = (reward: number): number => Math.round(reward * RESOLUTION) / RESOLUTION;
