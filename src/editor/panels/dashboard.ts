/** The dashboard of an experiment or a run: follows the store and sends the page what has changed. */
import * as vscode from 'vscode';
import { encodeRun, readDashboardToHost, type DashboardToHost, type HostToDashboard } from '../../core/protocol';
import { failedGapView, toGapView } from '../../core/protocol/views';
import type { Run } from '../../core/run/types';
import { readSamples } from '../../runlog';
import { PANELS } from '../ids';
import { isLogRun, nameOfKey } from '../runs/model/address';
import type { RootState } from '../runs/model/state';
import { answer, Page } from './panel';
import type { PanelServices } from './services';
import { forGap } from './model/forGap';
import { subjectText, type DashboardSubject } from './model/subject';
import { gapMayDiffer, updatesBetween, type DashboardContent } from './model/updates';

/** The gap is a bootstrap over all runs, 0.2 to 0.6 s of a core for six: while they write, it is computed at most this often. */
const GAP_DELAY_MS = 3000;
const NOTHING: DashboardContent = { runs: [], stages: [] };

/** Less than the page's patience for an answer. */
const STOP_ANSWER_MS = 10_000;
const soon = (work: Promise<void>): Promise<unknown> => Promise.race([work, new Promise((resolve) => { setTimeout(resolve, STOP_ANSWER_MS); })]);

export class Dashboard implements vscode.Disposable {
  private readonly page: Page<DashboardToHost, HostToDashboard>;
  private readonly subscriptions: { dispose(): unknown }[];
  private sent = NOTHING;
  private gapTimer: NodeJS.Timeout | undefined;

  constructor(
    panel: vscode.WebviewPanel,
    private readonly subject: DashboardSubject,
    private readonly services: PanelServices,
  ) {
    const { store, watcher, extensionUri, messages } = services;
    if (subject.kind !== 'log') panel.title = this.title;
    this.page = new Page(panel, {
      type: PANELS.dashboard, extensionUri, read: readDashboardToHost, receive: (message) => this.receive(message), note: messages.note,
    });
    this.subscriptions = [this.page, watcher.observe(), store.onChange(() => this.update())];
  }

  get isReady(): boolean {
    return this.page.isReady;
  }

  dispose(): void {
    clearTimeout(this.gapTimer);
    this.services.analysis.cancel(this);
    for (const one of this.subscriptions) one.dispose();
  }

  private get title(): string {
    const { subject, services } = this;
    const { store } = services;
    const name = subject.kind === 'run' ? store.run(subject.path)?.name : store.experiment(subject.path)?.name;
    return name ?? nameOfKey(subject.path);
  }

  private content(): DashboardContent {
    const { subject, services } = this;
    if (subject.kind === 'run') {
      const run = services.store.run(subject.path);
      return { runs: run === undefined ? [] : [run], stages: [] };
    }
    if (subject.kind === 'log') return logContent(services.store.root(subject.path));
    return services.store.experiment(subject.path) ?? NOTHING;
  }

  private async receive(message: DashboardToHost): Promise<void> {
    const { actions, messages } = this.services;
    switch (message.type) {
      case 'ready':
        return this.sendSnapshot();
      case 'failed':
        return messages.note(`The page of ${this.title} reports: ${message.message}`);
      case 'showLog':
        return actions.openLog(this.find(message.run));
      case 'compare':
        return actions.compare(this.find(message.a), message.b === undefined ? undefined : this.find(message.b));
      case 'copy':
        return this.reply(message.request, async () => { await vscode.env.clipboard.writeText(message.text); return {}; });
      case 'stop':
        // A run finishes its step and saves before it ends: the page, which waits for an answer, then sees it stopped.
        return this.reply(message.request, async () => { await soon(actions.stop(this.find(message.run).path)); return {}; });
      case 'resume':
        return this.reply(message.request, async () => { await actions.resume(this.find(message.run).path); return {}; });
      case 'samples':
        return this.reply(message.request, async () => ({ samples: await readSamples(this.find(message.run).path, message.step) }));
    }
  }

  private kindOf({ runs }: DashboardContent): 'experiment' | 'run' {
    if (this.subject.kind === 'log') return runs.length === 1 ? 'run' : 'experiment';
    return this.subject.kind;
  }

  private find(id: string): Run {
    const run = this.content().runs.find((one) => one.id === id);
    if (run === undefined) throw new Error(`The run ${id} is not there any more.`);
    return run;
  }

  private async reply(request: number, work: () => Promise<object>): Promise<void> {
    this.page.send({ type: 'reply', request, result: await answer(work) });
  }

  private async sendSnapshot(): Promise<void> {
    // After a reload the page may be ready before the folders have been read.
    if (!this.services.store.isRead) await this.services.store.scan();
    const now = this.content();
    const title = this.title;
    if (this.subject.kind !== 'log') this.page.panel.title = title;
    this.sent = now;
    this.page.send({
      type: 'snapshot',
      subject: { kind: this.kindOf(now), title },
      runs: now.runs.map((run) => encodeRun(run)),
      stages: now.stages,
      ...(now.notice === undefined ? {} : { notice: now.notice }),
      canControl: vscode.workspace.isTrusted && !now.runs.some(isLogRun),
      readAt: Date.now(),
      restore: this.subject.kind === 'log' ? '' : subjectText(this.subject),
    });
    this.planGap(0);
  }

  private update(): void {
    if (!this.page.isReady) return;
    const now = this.content();
    // A long log has been read after its page was opened: only now is it known what there is, and how it is called.
    if ((this.sent.runs.length === 0 && now.runs.length > 0) || this.sent.notice !== now.notice) return void this.sendSnapshot();
    for (const message of updatesBetween(this.sent, now, Date.now())) this.page.send(message);
    if (gapMayDiffer(this.sent.runs, now.runs)) this.planGap(GAP_DELAY_MS);
    this.sent = now;
  }

  private planGap(delay: number): void {
    this.gapTimer ??= setTimeout(() => {
      this.gapTimer = undefined;
      void this.sendGap();
    }, delay);
  }

  private async sendGap(): Promise<void> {
    const { analysis, messages } = this.services;
    const started = performance.now();
    const answered = await analysis.request(this, { kind: 'gap', runs: this.content().runs.map(forGap) });
    if (answered === undefined) return;
    if (!answered.ok) messages.note(answered.error);
    this.page.send({ type: 'gap', gap: answered.ok ? toGapView(answered.value) : failedGapView(answered.error) });
    messages.channel.debug(`Gap of ${this.title} answered after ${(performance.now() - started).toFixed(0)} ms`);
  }
}

/** All runs of a file, and where there are none yet, why. */
function logContent(root: RootState | undefined): DashboardContent {
  const runs = root?.experiments.flatMap((experiment) => experiment.runs) ?? [];
  const problems = root?.problems ?? [];
  const notice = root?.logs?.state === 'reading' ? 'The log is being read…' : problems.join(' ');
  return { runs, stages: [], ...(notice === '' ? {} : { notice }) };
}
