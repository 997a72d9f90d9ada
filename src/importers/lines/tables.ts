/** The rows of a file that may hold several runs. */
import { RowStore } from '../meaning';
import type { RawRow } from '../contract';

/** More runs in one file than this are not told apart; the rest counts as the last one. */
const MOST_RUNS = 200;

export class Tables {
  private stores = new Map<string | undefined, RowStore>();
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
  all(): { readonly part: string | undefined; readonly store: RowStore }[] {
    if (this.stores.size === 0) return [{ part: undefined, store: new RowStore() }];
    return [...this.stores].map(([part, store]) => ({ part, store }));
  }

  /** To add what may still change: the copy is thrown away. */
  copy(): Tables {
    const copy = new Tables();
    copy.stores = new Map([...this.stores].map(([part, store]) => [part, store.copy()]));
    return copy;
  }

  private storeOf(part: string | undefined): RowStore {
    const known = this.stores.get(part);
    if (known !== undefined) return known;
    const last = [...this.stores.values()].at(-1);
    if (this.stores.size >= MOST_RUNS && last !== undefined) return last;
    const store = new RowStore();
    this.stores.set(part, store);
    return store;
  }
}
