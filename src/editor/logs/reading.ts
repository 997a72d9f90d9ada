/** The thread's side: follows each target, and sends what changed, one run after the other. */
import { createHash } from 'node:crypto';
import { follow, type Detection, type Follower, type ImportProgress } from '../../importers';
import type { Run } from '../../core/run/types';
import { buffersOf, packRun, type PackedRun } from './model/pack';
import { shareOf, thinnedLogs, thinnedRun } from './model/thin';
import { targetKey, type FromLogThread, type LogsOutcome, type LogTarget, type ToLogThread } from './requests';

type Post = (message: FromLogThread, transfer: ArrayBuffer[]) => void;

const PROGRESS_EVERY_MS = 100;

interface Current {
  readonly id: number;
  readonly abort: AbortController;
  /** Called when the host has taken in the run that was sent last. */
  taken: () => void;
}

/** One target, and of each of its runs what was sent last. */
interface Followed {
  readonly follower: Follower;
  readonly sent: Map<string, string>;
}

/** The host asks one thing at a time. */
export class LogReading {
  private readonly followed = new Map<string, Followed>();
  private current: Current | undefined;

  constructor(private readonly post: Post) {}

  take(message: ToLogThread): void {
    switch (message.kind) {
      case 'refresh':
        void this.refresh(message.id, message.target);
        return;
      case 'taken':
        if (message.id === this.current?.id) this.current.taken();
        return;
      case 'cancel':
        if (message.id !== this.current?.id) return;
        this.current.abort.abort();
        this.current.taken();
        return;
      case 'close':
        this.followed.delete(targetKey(message.target));
    }
  }

  private async refresh(id: number, target: LogTarget): Promise<void> {
    const current: Current = { id, abort: new AbortController(), taken: () => undefined };
    this.current = current;
    const outcome = await this.read(target, current).catch((error: unknown): LogsOutcome => {
      if (current.abort.signal.aborted) {
        // What was sent of it does not count: the next reading sends all runs.
        this.followed.delete(targetKey(target));
        return { kind: 'cancelled' };
      }
      return { kind: 'failed', error: wordsOf(error) };
    });
    this.post({ kind: 'done', id, outcome }, []);
  }

  private async read(target: LogTarget, current: Current): Promise<LogsOutcome> {
    const key = targetKey(target);
    const options = { signal: current.abort.signal, onProgress: this.progressOf(current.id) };
    const known = this.followed.get(key);
    let follower = known?.follower ?? follow(target.path, { sources: target.sources, prepare: thinnedLogs });
    let changed = await follower.refresh(options);
    const said = target.sources[target.path];
    if (known === undefined && said !== undefined && !isLog(target.path, follower.detections)) {
      // It is said of a folder that holds logs, and is none: of all of them.
      follower = follow(target.path, { source: said, sources: target.sources, prepare: thinnedLogs });
      changed = await follower.refresh(options);
    }
    const followed = known ?? { follower, sent: new Map<string, string>() };
    this.followed.set(key, followed);
    await this.send(changed, followed, current);
    const { runs, detections, problems } = follower;
    return { kind: 'read', logs: { order: runs.map((run) => run.id), detections, problems } };
  }

  /** A log of many runs tells all of them anew when one has grown: those that are what they were stay here. */
  private async send(changed: readonly Run[], { follower: { runs, detections }, sent }: Followed, current: Current): Promise<void> {
    const most = shareOf(runs.length);
    const reasons = new Map(detections.flatMap(([chosen]) => (chosen === undefined ? [] : [[chosen.path, chosen.reason] as const])));
    for (const run of changed) {
      const packed = packRun(withReason(thinnedRun(run, most), reasons.get(run.path)));
      const face = faceOf(packed);
      if (sent.get(run.id) === face) continue;
      sent.set(run.id, face);
      const taken = new Promise<void>((resolve) => { current.taken = resolve; });
      this.post({ kind: 'run', id: current.id, run: packed }, buffersOf(packed));
      await taken;
      current.abort.signal.throwIfAborted();
    }
  }

  private progressOf(id: number): (progress: ImportProgress) => void {
    let last = -Infinity;
    return ({ path, bytesRead, bytesTotal }) => {
      if (performance.now() - last < PROGRESS_EVERY_MS) return;
      last = performance.now();
      this.post({ kind: 'progress', id, progress: { path, bytesRead, bytesTotal } }, []);
    };
  }
}

/** Equal for equal runs. */
function faceOf(run: PackedRun): string {
  const { encoded: { head, metrics }, config, environment } = run;
  const kinds = Object.entries(metrics).map(([name, { kinds: ways }]) => [name, ways]);
  const hash = createHash('sha1').update(JSON.stringify([head, kinds, config, environment]));
  for (const buffer of buffersOf(run)) hash.update(new Uint8Array(buffer));
  return hash.digest('base64');
}

const isLog = (path: string, detections: Follower['detections']): boolean => detections.some((candidates) => candidates.some((one: Detection) => one.path === path));

const withReason = (run: Run, sourceReason: string | undefined): Run => (sourceReason === undefined ? run : { ...run, environment: { ...run.environment, sourceReason } });

/** Our errors carry place and next step. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { place, next } = error as { place?: unknown; next?: unknown };
  return [error.message, ...(typeof place === 'string' && !error.message.includes(place) ? [`(${place})`] : []), ...(typeof next === 'string' ? [next] : [])].join(' ');
}
