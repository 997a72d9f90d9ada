/**
 * Rows of a log in bounded memory. Rows of one kind (equal keys: training, evaluation) are thinned together once there are
 * too many, every second one leaving, so that rare rows stay; a row that stays is as it was logged, never an average.
 */
import type { RawRow } from '../contract';

/** Rows of one kind; a panel draws no more points than this. */
const MOST_OF_A_KIND = 8192;
const MOST_KINDS = 32;

interface Kind {
  rows: RawRow[];
  stride: number;
  seen: number;
}

export class RowStore {
  private readonly kinds = new Map<string, Kind>();
  private last: RawRow | undefined;
  private count = 0;

  constructor(private readonly most = MOST_OF_A_KIND) {}

  /** Rows given so far. */
  get seen(): number {
    return this.count;
  }

  get thinned(): boolean {
    return [...this.kinds.values()].some(({ stride }) => stride > 1);
  }

  add(row: RawRow): void {
    this.count += 1;
    this.last = row;
    const kind = this.kindOf(row);
    if (kind.seen % kind.stride === 0) kind.rows.push(row);
    kind.seen += 1;
    if (kind.rows.length <= this.most) return;
    kind.rows = kind.rows.filter((_, i) => i % 2 === 0);
    kind.stride *= 2;
  }

  clear(): void {
    this.kinds.clear();
    this.last = undefined;
    this.count = 0;
  }

  /** In order of kinds, then of the log; the very last row is always there. */
  rows(): RawRow[] {
    const rows = [...this.kinds.values()].flatMap((kind) => kind.rows);
    if (this.last !== undefined && !rows.includes(this.last)) rows.push(this.last);
    return rows;
  }

  private kindOf(row: RawRow): Kind {
    const key = Object.keys(row.values).join('\u0000');
    const known = this.kinds.get(key) ?? (this.kinds.size >= MOST_KINDS ? this.kinds.get('') : undefined);
    if (known !== undefined) return known;
    const kind: Kind = { rows: [], stride: 1, seen: 0 };
    this.kinds.set(this.kinds.size >= MOST_KINDS ? '' : key, kind);
    return kind;
  }
}
