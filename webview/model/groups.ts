/** Runs that differ in their seed only, drawn as one line. */
import type { PanelRun } from '../../src/core/protocol';
import { groupBy } from './groupBy';

export interface Group {
  readonly key: string;
  /** Built from what differs between the groups: the arm, or the run's name without its seed. */
  readonly label: string;
  /** Colour, dash and marker; see charts/theme.ts. */
  readonly slot: number;
  readonly runs: readonly PanelRun[];
}

/** Online is always the first style and offline the second, so that panels of different studies read alike. */
const PREFERRED_SLOT: Readonly<Record<PanelRun['sampling'], number | undefined>> = {
  online: 0,
  offline: 1,
  'semi-online': 2,
  mixed: 3,
  unknown: undefined,
};

export function groupRuns(runs: readonly PanelRun[]): Group[] {
  const byKey = groupBy(runs, (run) => run.group);
  const groups = [...byKey.entries()];
  const labels = groups.map(([, members]) => labelOf(members, groups.map(([, others]) => others)));
  const taken = new Set<number>();
  return groups
    .map(([key, members], i) => {
      const slot = freeSlot(members[0], taken);
      taken.add(slot);
      return { key, label: labels[i] ?? key, slot, runs: members };
    })
    .sort((a, b) => a.slot - b.slot);
}

function freeSlot(run: PanelRun | undefined, taken: ReadonlySet<number>): number {
  const preferred = run && PREFERRED_SLOT[run.sampling];
  if (preferred !== undefined && !taken.has(preferred)) return preferred;
  const reserved = new Set([0, 1]);
  for (let slot = 0; ; slot += 1) if (!taken.has(slot) && (!reserved.has(slot) || taken.size >= 4)) return slot;
}

function labelOf(members: readonly PanelRun[], all: readonly (readonly PanelRun[])[]): string {
  const [first] = members;
  if (!first) return '';
  const sameArm = all.filter(([other]) => other?.arm === first.arm);
  return first.arm !== '' && sameArm.length === 1 ? first.arm : withoutSeed(first);
}

/** `online-b0.1-s3` of seed 3 → `online-b0.1`. */
export function withoutSeed({ name, seed }: Pick<PanelRun, 'name' | 'seed'>): string {
  const suffix = `-s${seed ?? ''}`;
  return seed !== undefined && name.endsWith(suffix) && name.length > suffix.length ? name.slice(0, -suffix.length) : name;
}

/** `online (3 seeds)`; a single run goes without the count. */
export const legendOf = ({ label, runs }: Group): string => (runs.length > 1 ? `${label} (${runs.length} seeds)` : label);
