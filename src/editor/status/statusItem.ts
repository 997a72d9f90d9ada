/** One item, only while something runs. */
import * as vscode from 'vscode';
import { VIEWS } from '../ids';
import { isActive } from '../runs/model/state';
import type { RunStore } from '../runs/store';
import { budgetUsed, progressMessage, statusText } from '../start/model/progress';

export class StatusItem implements vscode.Disposable {
  private item: vscode.StatusBarItem | undefined;
  private readonly subscription: { dispose(): void };

  constructor(private readonly store: RunStore) {
    this.subscription = store.onChange(() => this.update());
  }

  dispose(): void {
    this.subscription.dispose();
    this.item?.dispose();
  }

  private update(): void {
    const { experiments } = this.store;
    const text = statusText(experiments);
    if (text === undefined) {
      this.item?.dispose();
      this.item = undefined;
      return;
    }
    const active = experiments.filter(isActive);
    const item = (this.item ??= createItem());
    const used = budgetUsed(active.flatMap(({ runs }) => runs).filter(({ status }) => status === 'running'));
    item.text = `$(sync~spin) ${text}`;
    item.tooltip = new vscode.MarkdownString(active.map((experiment) => `**${experiment.name}**\n\n${progressMessage(experiment)}`).join('\n\n'));
    item.accessibilityInformation = { label: `Alignment Gap: ${text.replace('KL', 'KL budget used')}; show the runs` };
    item.backgroundColor = used !== undefined && used >= 1 ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }
}

function createItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem('alignmentGap.status', vscode.StatusBarAlignment.Left);
  item.name = 'Alignment Gap';
  item.command = `${VIEWS.runs}.focus`;
  item.show();
  return item;
}
