/**
 * Rows of a log in bounded memory. Rows of one kind (equal keys: training, evaluation) are thinned together once there are
 * too many, every second one leaving, so that rare rows stay; a row that stays is as it was logged, never an average.
 */
import type { RunWarning } from '../../core/run/types';
import type { RawRow } from '../contract';
import { hasKeys } from '../values';

/** Rows of one kind; a panel draws no more points than this. */
const MOST_OF_A_KIND = 8192;
const MOST_KINDS = 32;

interface Kept {
  /** Of all rows, the how manieth. */
  readonly at: number;
  readonly row: RawRow;
}

interface Kind {
  readonly keys: readonly string[];
  rows: Kept[];
  stride: number;
  seen: number;
}

export class RowStore {
  private kinds: Kind[] = [];
  private latest: Kind | undefined;
  private last: RawRow | undefined;
  private count = 0;

  constructor(private readonly most = MOST_OF_A_KIND) {}

  /** Rows given so far. */
  get seen(): number {
    return this.count;
  }

  get size(): number {
    return this.kinds.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  /** The row is kept, not copied. */
  add(row: RawRow): void {
    this.count += 1;
    const kind = this.latest !== undefined && hasKeys(row.values, this.latest.keys) ? this.latest : this.kindOf(row.values);
    this.latest = kind;
    this.last = row;
    if (kind.seen % kind.stride === 0) kind.rows.push({ at: this.count, row });
    kind.seen += 1;
    if (kind.rows.length <= this.most) return;
    kind.rows = kind.rows.filter((_, i) => i % 2 === 0);
    kind.stride *= 2;
  }

  copy(): RowStore {
    const copy = new RowStore(this.most);
    copy.kinds = this.kinds.map((kind) => ({ ...kind, rows: [...kind.rows] }));
    copy.latest = this.latest === undefined ? undefined : copy.kinds[this.kinds.indexOf(this.latest)];
    copy.last = this.last;
    copy.count = this.count;
    return copy;
  }

  /** In the order of the log, for of two rows of a step the later one counts; the very last row is always there. */
  rows(): RawRow[] {
    const rows = this.kinds.flatMap((kind) => kind.rows).sort((a, b) => a.at - b.at).map(({ row }) => row);
    const { last } = this;
    if (last !== undefined && rows.at(-1) !== last) rows.push(last);
    return rows;
  }

  /** Says what was left out, for the run's warnings. */
  warnings(): RunWarning[] {
    if (this.kinds.every(({ stride }) => stride === 1)) return [];
    return [{ code: 'thinned', message: `Of ${this.count} rows ${this.size} are kept, evenly spread, so that memory stays bounded; rows of rare kinds, such as evaluations, are kept for longer.` }];
  }

  private kindOf(values: Readonly<Record<string, number>>): Kind {
    const names = Object.keys(values);
    const known = this.kinds.find(({ keys }) => keys.length === names.length && keys.every((key) => Object.hasOwn(values, key)));
    if (known !== undefined) return known;
    const last = this.kinds.at(-1);
    // A log in which every row has other keys: the last kind takes what no longer has a place of its own.
    if (this.kinds.length === MOST_KINDS && last !== undefined) return last;
    const kind: Kind = { keys: names, rows: [], stride: 1, seen: 0 };
    this.kinds.push(kind);
    return kind;
  }
}
