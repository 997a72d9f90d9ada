/** What an event file holds, series by series, as it was written: nothing is interpreted here. Pure. */
import Pbf from 'pbf';
import { Columns } from '../framing/columns';
import { readEvent, type EventKind, type EventSink } from './event';
import { TagNames } from './names';
import { HEADER, scanRecords, type Scan } from './records';

export interface Series {
  readonly tag: string;
  /** Scalars; empty for text, histograms, images. */
  readonly points: Columns;
  /** Every entry of the tag, whether or not it is a number. */
  count: number;
  form: 'simple_value' | 'tensor';
  plugin?: string;
  /** The last text written. */
  text?: string;
}

/** A record whose checksums hold and which is no event; it was passed over. */
interface BadRecord {
  /** Of the record's first byte in the file. */
  readonly offset: number;
  readonly message: string;
}

const MOST_BAD = 100;

export class EventFile implements EventSink {
  readonly series = new Map<string, Series>();
  readonly kinds = new Map<EventKind, number>();
  /** Metadata of the hparams plugin, as written. */
  readonly sessions: Uint8Array[] = [];
  /** Steps to which a writer said that it went back. */
  readonly restarts: number[] = [];
  readonly bad: BadRecord[] = [];
  /** Whole records read. */
  records = 0;
  badCount = 0;
  /** The lowest step of a scalar. */
  firstStep = Infinity;
  private readonly names = new TagNames();

  /**
   * Takes the whole records of bytes[0..end), which lie at `offset` of the file. `bytes` must begin its buffer: the protobuf
   * library reads numbers relative to that.
   */
  take(bytes: Uint8Array<ArrayBuffer>, end: number, offset: number): Scan {
    const pbf = new Pbf(bytes);
    return scanRecords(bytes, end, (start, stop) => {
      this.records += 1;
      try {
        readEvent(pbf, start, stop, this.names, this);
      } catch (error) {
        // The protobuf library throws plain errors; whatever it is, the record is at fault and the next one may be read.
        this.note(offset + start - HEADER, error instanceof Error ? error.message : String(error));
      }
    });
  }

  private note(offset: number, message: string): void {
    this.badCount += 1;
    if (this.bad.length < MOST_BAD) this.bad.push({ offset, message });
  }

  event(kind: EventKind): void {
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
  }

  scalar(tag: string, step: number, wallTime: number, value: number, form: Series['form']): void {
    const series = this.seriesOf(tag);
    series.count += 1;
    series.form = form;
    series.points.push(step, value, wallTime);
    if (step < this.firstStep) this.firstStep = step;
  }

  text(tag: string, _step: number, value: string): void {
    const series = this.seriesOf(tag);
    series.count += 1;
    series.form = 'tensor';
    series.text = value;
  }

  other(tag: string): void {
    const series = this.seriesOf(tag);
    series.count += 1;
    series.form = 'tensor';
  }

  plugin(tag: string, name: string, content: Uint8Array): void {
    this.seriesOf(tag).plugin = name;
    if (name === 'hparams' && this.sessions.length < MOST_BAD) this.sessions.push(content);
  }

  sessionStart(step: number): void {
    // The writer of this very file went back: its own later points are of the attempt before.
    for (const { points } of this.series.values()) points.filter((at) => at < step);
    this.restarts.push(step);
  }

  private seriesOf(tag: string): Series {
    let series = this.series.get(tag);
    if (series === undefined) {
      series = { tag, points: new Columns(), count: 0, form: 'simple_value' };
      this.series.set(tag, series);
    }
    return series;
  }
}
