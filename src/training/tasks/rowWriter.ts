/** Fills token rows one after another: prompt to the right of its field, separator, response to the left of its field. */
import { rowLength, type RowShape, SEPARATOR, type TokenRows } from '../rows';

export class RowWriter {
  private tokens: Int32Array;
  private filled = 0;

  /** @param expected how many rows to make room for; more may come. */
  constructor(private readonly shape: RowShape, expected = 256) {
    this.tokens = new Int32Array(Math.max(expected, 1) * rowLength(shape));
  }

  get rows(): number {
    return this.filled;
  }

  /** Keeps the prompt's last `promptLength` tokens and the response's first `responseLength`; the rest of the row is PAD. */
  add(prompt: ArrayLike<number>, response: ArrayLike<number>): void {
    const { promptLength, responseLength } = this.shape;
    const start = this.filled * rowLength(this.shape);
    this.makeRoom(start + rowLength(this.shape));
    const kept = Math.min(prompt.length, promptLength);
    for (let i = 1; i <= kept; i += 1) this.tokens[start + promptLength - i] = prompt[prompt.length - i] ?? 0;
    this.tokens[start + promptLength] = SEPARATOR;
    for (let i = 0; i < Math.min(response.length, responseLength); i += 1) this.tokens[start + promptLength + 1 + i] = response[i] ?? 0;
    this.filled += 1;
  }

  finish(): TokenRows {
    return { ...this.shape, rows: this.filled, tokens: this.tokens.slice(0, this.filled * rowLength(this.shape)) };
  }

  private makeRoom(length: number): void {
    if (length <= this.tokens.length) return;
    const larger = new Int32Array(Math.max(length, this.tokens.length * 2));
    larger.set(this.tokens);
    this.tokens = larger;
  }
}
