/** Two runs side by side; A is the baseline. */
import * as vscode from 'vscode';
import { readComparisonToHost, type ComparisonToHost, type HostToComparison } from '../../core/protocol';
import { toComparisonView } from '../../core/protocol/views';
import type { Run } from '../../core/run/types';
import { PANELS } from '../ids';
import { ignoredFields } from '../settings';
import { keyOf, isLogKey, nameOfKey, placeOfKey } from '../runs/model/address';
import { subjectText, type ComparisonAddress } from './model/subject';
import { answer, Page } from './panel';
import type { PanelServices } from './services';

/** Deltas come from a bootstrap: while runs write, they are computed at most this often. */
const UPDATE_DELAY_MS = 1000;

export class Comparison implements vscode.Disposable {
  private readonly page: Page<ComparisonToHost, HostToComparison>;
  private readonly subscriptions: { dispose(): unknown }[];
  private sent: { readonly a: Run | undefined; readonly b: Run | undefined } = { a: undefined, b: undefined };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    panel: vscode.WebviewPanel,
    private readonly subject: ComparisonAddress,
    private readonly services: PanelServices,
  ) {
    const { store, watcher, extensionUri, messages } = services;
    panel.title = `${nameOfKey(subject.a)} ↔ ${nameOfKey(subject.b)}`;
    this.page = new Page(panel, {
      type: PANELS.comparison, extensionUri, read: readComparisonToHost, receive: (message) => this.receive(message), note: messages.note,
    });
    this.subscriptions = [this.page, watcher.observe(), store.onChange(() => this.update())];
  }

  get isReady(): boolean {
    return this.page.isReady;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.services.analysis.cancel(this);
    for (const one of this.subscriptions) one.dispose();
  }

  private get runs(): { readonly a: Run | undefined; readonly b: Run | undefined } {
    const { store } = this.services;
    return { a: store.run(this.subject.a), b: store.run(this.subject.b) };
  }

  private async receive(message: ComparisonToHost): Promise<void> {
    const { actions, messages } = this.services;
    switch (message.type) {
      case 'ready':
        return this.send();
      case 'failed':
        return messages.note(`The comparison page reports: ${message.message}`);
      case 'copy': {
        const result = await answer(async () => { await vscode.env.clipboard.writeText(message.text); return {}; });
        return this.page.send({ type: 'reply', request: message.request, result });
      }
      case 'openNativeDiff':
        return actions.compareConfigurations(this.find(message.left, 'a'), this.find(message.right, 'b'));
      case 'openRun':
        return actions.showCharts({ kind: 'run', path: keyOf(this.find(message.run, 'a')) });
    }
  }

  /** Two runs of different folders may bear the same id: then its side tells. */
  private find(id: string, side: 'a' | 'b'): Run {
    const { a, b } = this.runs;
    const run = side === 'a' ? [a, b].find((one) => one?.id === id) : [b, a].find((one) => one?.id === id);
    if (run === undefined) throw new Error(`The run ${id} is not there any more.`);
    return run;
  }

  private async send(): Promise<void> {
    if (!this.services.store.isRead) await this.services.store.scan();
    const { a, b } = (this.sent = this.runs);
    if (a === undefined || b === undefined) {
      const gone = a === undefined ? this.subject.a : this.subject.b;
      this.page.send({ type: 'comparisonFailed', error: goneWords(gone) });
      return;
    }
    const diff = await this.services.analysis.request(this, { kind: 'diff', a, b });
    if (diff === undefined) return;
    if (!diff.ok) {
      this.services.messages.note(diff.error);
      this.page.send({ type: 'comparisonFailed', error: diff.error });
      return;
    }
    this.page.send({ type: 'comparison', view: toComparisonView(a, b, diff.value, ignoredFields()), readAt: Date.now(), restore: subjectText(this.subject) });
  }

  private update(): void {
    const { a, b } = this.runs;
    if (!this.page.isReady || (a === this.sent.a && b === this.sent.b)) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.send();
    }, UPDATE_DELAY_MS);
  }
}

const goneWords = (key: string): string => (isLogKey(key)
  ? `The run ${nameOfKey(key)} is not in ${placeOfKey(key)}, or that log has not been read yet.`
  : `There is no run in ${key}. It was moved, deleted, or its folder is not one of the setting alignmentGap.runsFolders.`);
