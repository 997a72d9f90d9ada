/** Columns of points that grow, and thin themselves where a log is longer than memory should be. */

import type { Point } from './rows';

/** Points of one series that are kept; a chart is some thousand pixels wide. Series that are logged together thin alike, so their points stay together. */
const MOST_POINTS = 16_384;
const FIRST = 64;

export class Columns {
  private steps = new Float64Array(FIRST);
  private values = new Float64Array(FIRST);
  private times = new Float64Array(FIRST);
  private used = 0;
  private seen = 0;
  private stride = 1;

  constructor(private readonly most = MOST_POINTS) {}

  /** Points kept. */
  get length(): number {
    return this.used;
  }
  /** Every how many points of the log one is kept: 1 for all. */
  get every(): number {
    return this.stride;
  }

  push(step: number, value: number, time: number): void {
    this.seen += 1;
    if (this.stride > 1 && (this.seen - 1) % this.stride !== 0) return;
    if (this.used === this.steps.length) this.makeRoom();
    this.steps[this.used] = step;
    this.values[this.used] = value;
    this.times[this.used] = time;
    this.used += 1;
  }

  /** In the order in which they came. */
  *[Symbol.iterator](): IterableIterator<Point> {
    for (let at = 0; at < this.used; at += 1) yield { step: this.steps[at]!, value: this.values[at]!, time: this.times[at]! };
  }

  /** Keeps the points for which `keep` holds. Returns how many went. */
  filter(keep: (step: number) => boolean): number {
    let kept = 0;
    for (let at = 0; at < this.used; at += 1) {
      if (!keep(this.steps[at]!)) continue;
      this.move(at, kept);
      kept += 1;
    }
    const gone = this.used - kept;
    this.used = kept;
    return gone;
  }

  private makeRoom(): void {
    if (this.used < this.most) {
      const length = Math.min(this.most, this.used * 2);
      [this.steps, this.values, this.times] = [grown(this.steps, length), grown(this.values, length), grown(this.times, length)];
      return;
    }
    // Full: every second point goes, and of what comes only every second as often is taken.
    for (let at = 0; at * 2 < this.used; at += 1) this.move(at * 2, at);
    this.used = Math.ceil(this.used / 2);
    this.stride *= 2;
  }

  private move(from: number, to: number): void {
    this.steps[to] = this.steps[from]!;
    this.values[to] = this.values[from]!;
    this.times[to] = this.times[from]!;
  }
}

function grown(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(column);
  return larger;
}
