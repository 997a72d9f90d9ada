/** The rows of a file that may hold several runs. */
import type { RunWarning } from '../../core/run/types';
import { RowStore } from '../meaning';
import type { RawRow } from '../contract';

/** More runs in one file than this are not told apart; the rest counts as the last one, which says so. */
const MOST_RUNS = 200;
const TOO_MANY: RunWarning = { code: 'too-many-runs', message: `The file holds more than ${MOST_RUNS} runs: the rows of all others are put to this one. Split the file.` };

export class Tables {
  /** Rows of which it is not known yet whether their table has steps; a copy may number them, while these go on waiting. */
  waiting: Readonly<Record<string, unknown>>[] = [];
  private stores = new Map<string | undefined, RowStore>();
  private isFull = false;
  private latest: { readonly part: string | undefined; readonly store: RowStore } | undefined;

  /** Rows that this run has so far: the step of a table without a step column. */
  seen(part: string | undefined): number {
    return this.stores.get(part)?.seen ?? 0;
  }

  add(part: string | undefined, row: RawRow): void {
    if (this.latest === undefined || this.latest.part !== part) this.latest = { part, store: this.storeOf(part) };
    this.latest.store.add(row);
  }

  /** One run without rows, where there was nothing at all. */
  all(): { readonly part: string | undefined; readonly store: RowStore; readonly warnings: readonly RunWarning[] }[] {
    if (this.stores.size === 0) return [{ part: undefined, store: new RowStore(), warnings: [] }];
    return [...this.stores].map(([part, store], at) => ({ part, store, warnings: [...store.warnings(), ...(this.isFull && at === this.stores.size - 1 ? [TOO_MANY] : [])] }));
  }

  /** To add what may still change: the copy is thrown away. */
  copy(): Tables {
    const copy = new Tables();
    copy.stores = new Map([...this.stores].map(([part, store]) => [part, store.copy()]));
    copy.isFull = this.isFull;
    copy.waiting = [...this.waiting];
    return copy;
  }

  private storeOf(part: string | undefined): RowStore {
    const known = this.stores.get(part);
    if (known !== undefined) return known;
    const last = [...this.stores.values()].at(-1);
    if (this.stores.size >= MOST_RUNS && last !== undefined) {
      this.isFull = true;
      return last;
    }
    const store = new RowStore();
    this.stores.set(part, store);
    return store;
  }
}
