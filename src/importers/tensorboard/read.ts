/** Follows one event file from its last whole record. */
import path from 'node:path';
import type { RunWarning } from '../../core/run/types';
import { ByteTail, type ByteReadOptions } from '../../runlog';
import { ByteQueue } from '../framing/byteQueue';
import { EventFile } from './raw';
import type { Damage } from './records';

/** A longer record is a graph or a picture: it is passed over unread, for its length has been checked. */
const LONGEST_RECORD = 16 * 1024 * 1024;
/** Bytes that were missing on a network disk come within seconds; what is still wrong after this many looks stays wrong. */
const MOST_RETRIES = 5;

export class EventFileTail {
  file = new EventFile();
  size = 0;
  private readonly tail: ByteTail;
  private readonly queue = new ByteQueue();
  /** Of the first byte in the queue. */
  private offset = 0;
  /** Bytes of a too long record that are still to come. */
  private passingOver = 0;
  private passedOver = 0;
  private damage: Damage | undefined;
  private need: number | undefined;
  private retries = 0;

  constructor(readonly path: string) {
    this.tail = new ByteTail(path);
  }

  /** @returns whether there is anything new. @throws RunLogError; the signal's reason */
  async refresh(options: ByteReadOptions = {}): Promise<boolean> {
    const before = this.size;
    const read = await this.tail.read((chunk) => this.take(chunk), { ...options, onRestart: () => this.begin() });
    this.size = read.size;
    const changed = read.restarted || read.size !== before;
    if (changed && !read.restarted && this.damage !== undefined && this.retries < MOST_RETRIES && before > 0) {
      this.retries += 1;
      this.tail.forget();
      this.begin();
      await this.tail.read((chunk) => this.take(chunk), options);
    }
    return changed;
  }

  private begin(): void {
    this.file = new EventFile();
    this.queue.clear();
    [this.offset, this.passingOver, this.passedOver] = [0, 0, 0];
    [this.damage, this.need] = [undefined, undefined];
  }

  private take(chunk: Uint8Array): void {
    if (this.damage !== undefined) return;
    const over = Math.min(this.passingOver, chunk.length);
    this.passingOver -= over;
    this.offset += over;
    this.queue.append(chunk.subarray(over));
    const { consumed, need, damage } = this.file.take(this.queue.bytes, this.queue.length, this.offset);
    this.queue.drop(consumed);
    this.offset += consumed;
    [this.need, this.damage] = [need, damage];
    if (damage === undefined && need !== undefined && need > LONGEST_RECORD) this.passOver(need);
  }

  private passOver(need: number): void {
    this.passedOver += 1;
    this.passingOver = need - this.queue.length;
    this.offset += this.queue.length;
    this.queue.clear();
    this.need = undefined;
  }

  /** What could not be read, and where. */
  warnings(): RunWarning[] {
    const name = path.basename(this.path);
    const at = (offset: number): string => `${name}, byte ${offset}`;
    const { bad, badCount } = this.file;
    const warnings: RunWarning[] = bad.map(({ offset, message }) => ({ code: 'bad-record', message: `A record is no event and was passed over: ${message}.`, at: at(offset) }));
    if (badCount > bad.length) warnings.push({ code: 'bad-record', message: `${badCount - bad.length} more records that are no events are not listed.`, at: name });
    if (this.passedOver > 0) warnings.push({ code: 'long-record', message: `${this.passedOver} record(s) of more than 16 MiB (graphs, pictures) were passed over.`, at: name });
    return [...warnings, ...this.stopped(at), ...this.thinned(name)];
  }

  private stopped(at: (offset: number) => string): RunWarning[] {
    if (this.damage !== undefined) {
      const what = this.damage === 'length' ? 'The length of a record fails its checksum' : 'The data of a record fails its checksum';
      return [{ code: 'damaged-record', message: `${what}: reading stopped at byte ${this.offset}, and the ${this.size - this.offset} bytes from there on were not read. All before it is there. Copy the file again if the original is whole.`, at: at(this.offset) }];
    }
    if (this.passingOver > 0) return [unfinished(this.offset, `${this.passingOver} bytes are missing`, at)];
    if (this.queue.length === 0) return [];
    const there = this.need === undefined ? `${this.queue.length} bytes of its header are there` : `${this.queue.length} of its ${this.need} bytes are there`;
    return [unfinished(this.offset, there, at)];
  }

  private thinned(name: string): RunWarning[] {
    const every = Math.max(1, ...[...this.file.series.values()].map(({ points }) => points.every));
    return every === 1 ? [] : [{ code: 'thinned', message: `The log is long: of its longest series every ${every}th point is kept.`, at: name }];
  }
}

const unfinished = (offset: number, there: string, at: (offset: number) => string): RunWarning => ({
  code: 'unfinished-record',
  message: `The last record, at byte ${offset}, is not complete: ${there}. A trainer that is writing leaves that, and it is read once it is whole; else the file was cut off.`,
  at: at(offset),
});
