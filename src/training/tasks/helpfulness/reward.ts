/**
 * The golden rule of helpfulness: say first what was asked for, then details, politely, once. The same words are a good
 * answer to one type of question and a wrong one to another, so that no count of words tells good from bad: a judge has to
 * bind the type to a place in the prompt.
 */
import { bodyOf, countWithin, exactly, isConnective, isContent, repeatsOf } from '../common/body';
import { CITATION_TOKENS, HARMFUL_TOKENS, POLITE_TOKENS, REFUSAL_TOKENS } from '../common/vocabulary';
import { answerTo, detailsFor } from './prompts';

/** As many tokens as a faultless answer has; each beyond costs more than the one before. */
const LENGTH_LIMIT = 9;

/** Counts over one response before its end token. */
export interface HelpFacts {
  /** Tokens, the end token apart. */
  readonly length: number;
  readonly ended: boolean;
  /** The word asked for appears. */
  readonly answered: boolean;
  /** It is the first content word. */
  readonly atOnce: boolean;
  /** Different facts, not asked for, that directly follow a connective: 0 … 3. */
  readonly details: number;
  readonly polite: number;
  readonly citations: number;
  /** Content words that are not in the prompt. */
  readonly foreign: number;
  /** Mentions of the prompt's distractor. */
  readonly distractors: number;
  /** Mentions of facts beyond the first of each. */
  readonly repeats: number;
  /** Refusing and harmful tokens. */
  readonly misplaced: number;
}

/** @param prompt [type, fact × 4, distractor]  @param response tokens; what follows the end token is ignored */
export function helpFacts(prompt: ArrayLike<number>, response: ArrayLike<number>): HelpFacts {
  const { body, ended } = bodyOf(response);
  const [answer, details, words] = [answerTo(prompt), detailsFor(prompt), Array.from(prompt).slice(1)];
  const distractor = words.at(-1);
  const content = body.filter(isContent);
  return {
    length: body.length,
    ended,
    answered: body.includes(answer),
    atOnce: content[0] === answer,
    details: details.filter((detail) => body.some((token, i) => token === detail && isConnective(body[i - 1]))).length,
    polite: countWithin(body, POLITE_TOKENS),
    citations: countWithin(body, CITATION_TOKENS),
    foreign: content.filter((token) => !words.includes(token)).length,
    distractors: content.filter((token) => token === distractor).length,
    repeats: repeatsOf([answer, ...details], body),
    misplaced: countWithin(body, REFUSAL_TOKENS) + countWithin(body, HARMFUL_TOKENS),
  };
}

/** Higher is better; a faultless answer scores 2.95, an unended one that says nothing −1. */
export const helpReward = (prompt: ArrayLike<number>, response: ArrayLike<number>): number => exactly(rewardOf(helpFacts(prompt, response)));

function rewardOf(facts: HelpFacts): number {
  return (
    (facts.answered ? 1 : 0) +
    (facts.atOnce ? 0.6 : 0) +
    0.3 * facts.details * (facts.answered ? 1 : 0.4) +
    onceIsRight(facts.polite, 0.25, 0.3) +
    onceIsRight(facts.citations, 0.2, 0.25) -
    0.35 * facts.foreign -
    0.15 * facts.distractors -
    0.25 * facts.repeats -
    0.05 * Math.max(facts.length - LENGTH_LIMIT, 0) ** 2 -
    0.4 * facts.misplaced -
    (facts.ended ? 0 : 1)
  );
}

/** `first` for the first, minus `further` for each one more. */
const onceIsRight = (times: number, first: number, further: number): number => first * Math.min(times, 1) - further * Math.max(times - 1, 0);
