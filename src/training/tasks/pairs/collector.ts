/** Gathers a file's pairs: the first ones wait until the vocabulary is learnt from them, the rest become rows at once. */
import type { PairsTask } from '../../../core/experiment/schema';
import { excerpt } from './excerpt';
import { PairEncoder } from './pairEncoder';
import { ProblemLog } from './problems';
import { isRefusal, type PairText, parsePair } from './shapes';
import type { Line } from './lines';
import { SubwordVocabulary } from './vocabulary';

/** Pairs that the vocabulary is learnt from, the file's first: enough for a few thousand tokens, and bounded. */
export const PAIRS_TO_LEARN_FROM = 2000;

export class PairCollector {
  readonly problems: ProblemLog;
  linesRead = 0;
  /** What the file seems to be instead, by its first line. */
  hint: string | undefined;
  private readonly waiting: { readonly line: number; readonly pair: PairText }[] = [];
  private encoder: PairEncoder | undefined;

  constructor(private readonly spec: PairsTask, file: string) {
    this.problems = new ProblemLog(file);
  }

  /** True once enough pairs were seen to learn the vocabulary. */
  get hasVocabulary(): boolean {
    return this.encoder !== undefined;
  }

  /** True when `maxPairs` are there: the rest of the file need not be read. */
  get full(): boolean {
    return this.encoder !== undefined && this.encoder.rows >= (this.spec.maxPairs ?? Infinity);
  }

  addLine({ number, text }: Line): void {
    this.linesRead = number;
    if (text === '') return;
    if (number === 1 && typeof text === 'string') this.hint = hintFrom(text);
    const pair = typeof text === 'string' ? parsePair(text) : text;
    if (isRefusal(pair)) this.problems.add(number, pair);
    else this.addPair(number, excerpt(pair, this.spec));
  }

  finish(): PairEncoder {
    this.encoder ??= this.learn();
    return this.encoder;
  }

  private addPair(line: number, pair: PairText): void {
    if (this.encoder) {
      this.encode(this.encoder, line, pair);
      return;
    }
    this.waiting.push({ line, pair });
    if (this.waiting.length >= Math.min(PAIRS_TO_LEARN_FROM, this.spec.maxPairs ?? Infinity)) this.encoder = this.learn();
  }

  private learn(): PairEncoder {
    const { promptTokens, responseTokens, vocabulary } = this.spec;
    const texts = this.waiting.flatMap(({ pair }) => [pair.prompt, pair.chosen, pair.rejected]);
    const shape = { promptLength: promptTokens, responseLength: responseTokens };
    const encoder = new PairEncoder(shape, SubwordVocabulary.learn(texts, vocabulary));
    for (const { line, pair } of this.waiting.splice(0)) this.encode(encoder, line, pair);
    return encoder;
  }

  private encode(encoder: PairEncoder, line: number, pair: PairText): void {
    const refusal = encoder.add(pair);
    if (refusal) this.problems.add(line, refusal);
  }
}

function hintFrom(firstLine: string): string | undefined {
  if (firstLine.startsWith('version https://git-lfs')) return 'This is a Git LFS pointer, not the data: fetch them with "git lfs pull".';
  if (firstLine.startsWith('[')) return 'The file looks like one JSON array; write one object a line (jq -c ".[]" in.json > out.jsonl).';
  return undefined;
}
