/** What the dashboard knows, and how each message changes it. Pure: only the run that changed is decoded again. */
import { decodeRun, type DashboardSubject, type GapView, type HostToDashboard, type PanelRun, type ReplyMessage, type StageView } from '../../src/core/protocol';

export interface DashboardData {
  readonly subject: DashboardSubject;
  readonly runs: readonly PanelRun[];
  /** Undefined while the host computes it. */
  readonly gap?: GapView;
  readonly stages: readonly StageView[];
  readonly notice?: string;
  readonly canControl: boolean;
  readonly readAt: number;
  readonly restore: string;
}

export type DashboardEvent = Exclude<HostToDashboard, ReplyMessage>;

/** Undefined before the first snapshot; what comes earlier than that is stale and dropped. */
export function reduce(data: DashboardData | undefined, event: DashboardEvent): DashboardData | undefined {
  if (event.type === 'snapshot') {
    const { subject, runs, gap, stages, notice, canControl, readAt, restore } = event;
    return { subject, runs: inOrder(runs.map(decodeRun)), stages, canControl, readAt, restore, ...(gap ? { gap } : {}), ...(notice === undefined ? {} : { notice }) };
  }
  if (!data) return undefined;
  switch (event.type) {
    case 'runChanged': {
      const run = decodeRun(event.run);
      const known = data.runs.some(({ id }) => id === run.id);
      const runs = known ? data.runs.map((one) => (one.id === run.id ? run : one)) : inOrder([...data.runs, run]);
      return { ...data, runs, readAt: event.readAt };
    }
    case 'runRemoved':
      return { ...data, runs: data.runs.filter(({ id }) => id !== event.id) };
    case 'gap':
      return { ...data, gap: event.gap };
    case 'stages':
      return { ...data, stages: event.stages };
  }
}

/** By name as people count: s2 before s10. */
const inOrder = (runs: readonly PanelRun[]): PanelRun[] =>
  [...runs].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || (a.id < b.id ? -1 : 1));
