/**
 * The extension host's side of the thread that reads other trainers' logs. One target is read at a time, so that memory stays
 * bounded and a thread that dies tells which log killed it. Runs arrive one by one, each in a turn of its own of the event loop.
 */
import { Worker } from 'node:worker_threads';
import type { Run } from '../../core/run/types';
import { unpackRun } from './model/pack';
import type { FromLogThread, LogProgress, LogsOutcome, LogTarget, ToLogThread } from './requests';

/** What is used of `node:worker_threads`, so that tests can stand in for it. */
export interface LogThread {
  on(event: 'message', listener: (message: FromLogThread) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(message: ToLogThread): void;
  terminate(): unknown;
}

export interface RefreshOptions {
  readonly onProgress?: (progress: LogProgress) => void;
  readonly signal?: AbortSignal;
}

/** `changed`: the runs that differ from what was read of this target before; of a new target or thread, all. */
export type Refreshed = LogsOutcome & { readonly changed: readonly Run[] };

interface Pending extends RefreshOptions {
  readonly target: LogTarget;
  readonly settle: (refreshed: Refreshed) => void;
}
interface Current extends Pending {
  readonly id: number;
  readonly changed: Run[];
  patience?: NodeJS.Timeout;
}

/** A disk that does not answer cannot be interrupted: then the thread is given up. */
const CANCEL_MS = 5000;

export class LogClient {
  private thread: LogThread | undefined;
  private current: Current | undefined;
  private waiting: Pending[] = [];
  private lastId = 0;

  /** `startThread` is called at the first reading, and at the first after a crash. */
  constructor(private readonly startThread: () => LogThread) {}

  /** Never rejects. */
  refresh(target: LogTarget, options: RefreshOptions = {}): Promise<Refreshed> {
    return new Promise((settle) => {
      const pending: Pending = { target, settle, ...options };
      options.signal?.addEventListener('abort', () => this.cancel(pending), { once: true });
      this.waiting.push(pending);
      if (options.signal?.aborted === true) this.cancel(pending);
      this.next();
    });
  }

  /** Forgets what was read of a target that nobody looks at any more. */
  close(target: LogTarget): void {
    this.thread?.postMessage({ kind: 'close', target });
  }

  dispose(): void {
    for (const pending of this.waiting.splice(0)) pending.settle({ kind: 'cancelled', changed: [] });
    const { thread } = this;
    this.thread = undefined;
    this.finish({ kind: 'cancelled' });
    void thread?.terminate();
  }

  private cancel(pending: Pending): void {
    if (this.waiting.includes(pending)) {
      this.waiting = this.waiting.filter((one) => one !== pending);
      pending.settle({ kind: 'cancelled', changed: [] });
      return;
    }
    const { current, thread } = this;
    if (current?.settle !== pending.settle) return;
    thread?.postMessage({ kind: 'cancel', id: current.id });
    current.patience = setTimeout(() => {
      this.thread = undefined;
      void thread?.terminate();
      this.finish({ kind: 'cancelled' });
    }, CANCEL_MS);
  }

  private next(): void {
    if (this.current !== undefined) return;
    const pending = this.waiting.shift();
    if (pending === undefined) return;
    this.current = { ...pending, id: (this.lastId += 1), changed: [] };
    try {
      this.thread ??= this.begin();
      this.thread.postMessage({ kind: 'refresh', id: this.current.id, target: pending.target });
    } catch (error) {
      this.finish({ kind: 'failed', error: failure(error instanceof Error ? error.message : String(error)), isLost: true });
    }
  }

  private begin(): LogThread {
    const thread = this.startThread();
    const lost = (reason: string) => {
      // An error is followed by an exit: only the first of them counts, and none of a thread given up.
      if (this.thread !== thread) return;
      this.thread = undefined;
      this.finish({ kind: 'failed', error: failure(reason), isLost: true });
    };
    thread.on('message', (message) => { if (message.id === this.current?.id) this.take(message, this.current); });
    thread.on('error', (error) => lost(error.message));
    thread.on('exit', (code) => lost(`the reading thread ended with code ${code}`));
    return thread;
  }

  private take(message: FromLogThread, current: Current): void {
    switch (message.kind) {
      case 'progress':
        current.onProgress?.(message.progress);
        return;
      case 'run':
        current.changed.push(unpackRun(message.run));
        // Others get their turn before the next one comes.
        setImmediate(() => this.thread?.postMessage({ kind: 'taken', id: message.id }));
        return;
      case 'done':
        this.finish(message.outcome);
    }
  }

  private finish(outcome: LogsOutcome): void {
    const { current } = this;
    this.current = undefined;
    clearTimeout(current?.patience);
    current?.settle({ ...outcome, changed: current.changed });
    this.next();
  }
}

const failure = (reason: string): string => `The log could not be read: ${reason}. The other logs are not affected.`;

/** More than any log needs, since readers thin what they keep; beyond it the thread ends, not the extension host. */
const MOST_MEMORY_MB = 2048;

/** @param file dist/logs-worker.js */
export function startLogThread(file: string): LogThread {
  const worker = new Worker(file, { name: 'alignment-gap logs', resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB } });
  // It must not keep a process alive that has nothing else to do.
  worker.unref();
  return worker;
}
