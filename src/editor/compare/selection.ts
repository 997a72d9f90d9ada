/** "Select for Compare": the same two steps, in the same words, as VS Code's own explorer. */
import type { Run } from '../../core/run/types';
import { keyOf } from '../runs/model/address';
import { setContext } from '../explorer/runsView';
import { CONTEXT_KEYS } from '../ids';

export class CompareSelection {
  private selected: string | undefined;

  get path(): string | undefined {
    return this.selected;
  }

  select(run: Run): void {
    this.selected = keyOf(run);
    void setContext(CONTEXT_KEYS.hasSelection, true);
  }
}
