/** Pairs of texts → token rows, with what the report says about them. */
import { END, type PreferencePairs, type RowShape } from '../../rows';
import { RowWriter } from '../rowWriter';
import { refuse, type Refusal } from './problems';
import type { PairText } from './shapes';
import { type SubwordVocabulary, UNKNOWN } from './vocabulary';

export class PairEncoder {
  private readonly chosen: RowWriter;
  private readonly rejected: RowWriter;
  private readonly totals = { promptTokens: 0, responseTokens: 0, cutPrompts: 0, cutResponses: 0, unknown: 0 };

  constructor(private readonly shape: RowShape, readonly vocabulary: SubwordVocabulary) {
    this.chosen = new RowWriter(shape);
    this.rejected = new RowWriter(shape);
  }

  get rows(): number {
    return this.chosen.rows;
  }

  /**
   * @param pair normalised texts
   * @returns a refusal where nothing tells the two responses apart: such a pair would teach a model that equals differ
   */
  add(pair: PairText): Refusal | undefined {
    const prompt = this.vocabulary.encodeEnd(pair.prompt, this.shape.promptLength + 1);
    const [chosen, rejected] = [this.respond(pair.chosen), this.respond(pair.rejected)];
    if (prompt.length === 0) return refuse('emptyPrompt');
    if (chosen[0] === END || rejected[0] === END) return refuse('emptyResponse');
    if (sameTokens(chosen, rejected)) return refuse('identicalWhenCut');
    this.chosen.add(prompt, chosen);
    this.rejected.add(prompt, rejected);
    this.tally(prompt, [chosen, rejected]);
    return undefined;
  }

  finish(): PreferencePairs {
    return { chosen: this.chosen.finish(), rejected: this.rejected.finish() };
  }

  /** Means are per prompt or response as kept; shares are fractions. */
  facts(): Readonly<Record<string, number>> {
    const { totals, rows } = this;
    return {
      pairsUsed: rows,
      vocabulary: this.vocabulary.size,
      meanPromptTokens: rounded(totals.promptTokens / rows),
      meanResponseTokens: rounded(totals.responseTokens / (2 * rows)),
      shareOfPromptsCut: rounded(totals.cutPrompts / rows),
      shareOfResponsesCut: rounded(totals.cutResponses / (2 * rows)),
      shareOfUnknownTokens: rounded(totals.unknown / (totals.promptTokens + totals.responseTokens)),
    };
  }

  /**
   * The end token only where the whole response fitted: a policy must not learn to stop in the middle of a sentence.
   * Its own samples are cut at the same length, so both are judged alike.
   */
  private respond(text: string): number[] {
    const { responseLength } = this.shape;
    const tokens = this.vocabulary.encodeBeginning(text, responseLength);
    return tokens.length < responseLength ? [...tokens, END] : tokens.slice(0, responseLength);
  }

  private tally(prompt: readonly number[], responses: readonly (readonly number[])[]): void {
    const { totals, shape } = this;
    const kept = prompt.slice(-shape.promptLength);
    totals.promptTokens += kept.length;
    if (prompt.length > kept.length) totals.cutPrompts += 1;
    for (const response of responses) {
      totals.responseTokens += response.length;
      if (response.at(-1) !== END) totals.cutResponses += 1;
    }
    for (const tokens of [kept, ...responses]) totals.unknown += tokens.filter((token) => token === UNKNOWN).length;
  }
}

const sameTokens = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((token, i) => token === b[i]);
const rounded = (value: number): number => Number(value.toPrecision(4));
