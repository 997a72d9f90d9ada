/** Lines of `trainer_log.jsonl` as rows; clocks of resumed runs are put one behind the other. */
import { jsonLine } from '../lines/jsonLine';
import { RowStore } from '../meaning';
import { numberOf, numbersOf } from '../values';
import { secondsOf, type LogLine } from './raw';

function readLogLine(text: string): LogLine | { readonly problem: string } {
  const read = jsonLine(text);
  if ('problem' in read) return read;
  const { object } = read;
  const step = numberOf(object.current_steps);
  if (step === undefined || !Number.isFinite(step)) return { problem: 'it has no current_steps' };
  const { total_steps: total, elapsed_time: time } = object;
  const numbers = Object.fromEntries(Object.entries(numbersOf(object)).filter(([key]) => key !== 'current_steps' && key !== 'total_steps'));
  const [totalSteps, elapsed] = [numberOf(total), secondsOf(time)];
  return { current_steps: step, ...(totalSteps === undefined ? {} : { total_steps: totalSteps }), numbers, ...(elapsed === undefined ? {} : { elapsed }) };
}

export class LogLines {
  store = new RowStore();
  totalSteps: number | undefined;
  private before = 0;
  private latest = 0;
  private previous = '';
  duplicates = 0;

  /** @returns what is wrong with the line */
  take(text: string): string | undefined {
    if (text.trim() === '') return undefined;
    // Two ranks may both write.
    if (text === this.previous) {
      this.duplicates += 1;
      return undefined;
    }
    this.previous = text;
    const line = readLogLine(text);
    if ('problem' in line) return line.problem;
    this.totalSteps = line.total_steps ?? this.totalSteps;
    this.store.add({ step: line.current_steps, values: line.numbers, ...this.clock(line.elapsed) });
    return undefined;
  }

  /** To add a last line that may still change: the copy is thrown away. */
  copy(): LogLines {
    return Object.assign(new LogLines(), this, { store: this.store.copy() });
  }

  private clock(elapsed: number | undefined): { readonly elapsed?: number } {
    if (elapsed === undefined) return {};
    if (elapsed < this.latest) this.before += this.latest;
    this.latest = elapsed;
    return { elapsed: this.before + elapsed };
  }
}
