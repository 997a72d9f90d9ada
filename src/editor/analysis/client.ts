/**
 * The extension host's side of the analysis worker. A gap takes 0.2 to 0.6 s: computed in the host it would hold up every
 * other extension. Runs cross by structured clone, never by transfer, because their arrays stay in use here.
 */
import { Worker } from 'node:worker_threads';
import type { Result } from '../../core/protocol';
import type { AnalysisOutcome, AnalysisReply, AnalysisRequest, AnalysisTask, OutcomeOf } from './requests';

/** What is used of `node:worker_threads`, so that tests can stand in for it. */
export interface AnalysisThread {
  on(event: 'message', listener: (reply: AnalysisReply) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(request: AnalysisRequest): void;
  terminate(): unknown;
}

/** Undefined: a newer request of the same owner, or its end, made this one pointless. */
export type Answer<T extends AnalysisTask> = Result<OutcomeOf<T>> | undefined;

interface Pending {
  readonly owner: object;
  readonly task: AnalysisTask;
  readonly settle: (result: Result<AnalysisOutcome> | undefined) => void;
}

export class AnalysisClient {
  private thread: AnalysisThread | undefined;
  private current: (Pending & { readonly id: number }) | undefined;
  /** Kept here and not in the worker's own queue: there, what became pointless could not be taken out again. */
  private readonly waiting = new Map<object, Pending>();
  private lastId = 0;

  /** `startThread` is called at the first request, and at the first after a crash. */
  constructor(private readonly startThread: () => AnalysisThread) {}

  /** @param owner a panel: of its requests only the newest counts. Never rejects. */
  request<T extends AnalysisTask>(owner: object, task: T): Promise<Answer<T>> {
    this.cancel(owner);
    return new Promise((resolve) => {
      this.waiting.set(owner, { owner, task, settle: (result) => resolve(result as Answer<T>) });
      this.next();
    });
  }

  cancel(owner: object): void {
    this.waiting.get(owner)?.settle(undefined);
    this.waiting.delete(owner);
    // It is computed to its end, but nobody hears of it: a thread cannot be interrupted, and to start one anew takes as long.
    if (this.current?.owner === owner) this.current.settle(undefined);
  }

  dispose(): void {
    for (const owner of [...this.waiting.keys()]) this.cancel(owner);
    this.current?.settle(undefined);
    this.current = undefined;
    const { thread } = this;
    this.thread = undefined;
    void thread?.terminate();
  }

  private next(): void {
    const [pending] = this.waiting.values();
    if (this.current !== undefined || pending === undefined) return;
    this.waiting.delete(pending.owner);
    this.current = { ...pending, id: (this.lastId += 1) };
    try {
      this.thread ??= this.begin();
      this.thread.postMessage({ id: this.current.id, task: pending.task });
    } catch (error) {
      this.finish({ ok: false, error: failure(error instanceof Error ? error.message : String(error)) });
    }
  }

  private begin(): AnalysisThread {
    const thread = this.startThread();
    const lost = (reason: string) => {
      // An error is followed by an exit: only the first of them counts, and none of a thread given up.
      if (this.thread !== thread) return;
      this.thread = undefined;
      this.finish({ ok: false, error: failure(reason) });
    };
    thread.on('message', (reply) => { if (reply.id === this.current?.id) this.finish(reply.result); });
    thread.on('error', (error) => lost(error.message));
    thread.on('exit', (code) => lost(`it ended with code ${code}`));
    return thread;
  }

  private finish(result: Result<AnalysisOutcome>): void {
    const { current } = this;
    this.current = undefined;
    current?.settle(result);
    this.next();
  }
}

const failure = (reason: string) => `The analysis failed: ${reason}. It is tried again when a run changes or the panel is opened again.`;

/** @param file dist/analysis-worker.js */
export function startAnalysisThread(file: string): AnalysisThread {
  const worker = new Worker(file, { name: 'alignment-gap analysis' });
  // It must not keep a process alive that has nothing else to do.
  worker.unref();
  return worker;
}
