/** The view "Alignment Runs": reads the folders only while somebody can see it. */
import * as vscode from 'vscode';
import { CONTEXT_KEYS, VIEWS, type ContextKey } from '../ids';
import type { RunStore } from '../runs/store';
import type { RunWatcher } from '../runs/watcher';
import type { TreeElement } from './model/elements';
import { RunTreeProvider } from './treeProvider';

export class RunsView implements vscode.Disposable {
  readonly provider: RunTreeProvider;
  readonly view: vscode.TreeView<TreeElement>;
  private readonly disposables: { dispose(): unknown }[] = [];
  private watch: vscode.Disposable | undefined;

  constructor(
    private readonly store: RunStore,
    private readonly watcher: RunWatcher,
    readonly drops: vscode.TreeDragAndDropController<TreeElement>,
  ) {
    this.provider = new RunTreeProvider(store);
    this.view = vscode.window.createTreeView(VIEWS.runs, { treeDataProvider: this.provider, dragAndDropController: drops, canSelectMany: true, showCollapseAll: true });
    this.disposables.push(
      this.provider,
      this.view,
      this.view.onDidChangeVisibility(() => this.follow()),
      store.onChange(() => this.update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.sayTrust()),
    );
    this.sayTrust();
    this.follow();
  }

  /** Shows a new experiment without taking the focus away; nothing where the view is not in sight. */
  async revealExperiment(directory: string): Promise<void> {
    if (!this.view.visible || this.store.experiment(directory) === undefined) return;
    await this.view.reveal(this.provider.element({ kind: 'experiment', path: directory }), { select: true, focus: false, expand: true });
  }

  /** Brings the view into sight, and an added folder or file with it. */
  async revealRoot(path: string): Promise<void> {
    await vscode.commands.executeCommand(`${VIEWS.runs}.focus`);
    if (this.store.root(path) === undefined || !this.view.visible) return;
    await this.view.reveal(this.provider.element({ kind: 'root', path }), { select: true, focus: false, expand: true });
  }

  dispose(): void {
    this.watch?.dispose();
    for (const one of this.disposables) one.dispose();
  }

  private follow(): void {
    if (this.view.visible) this.watch ??= this.watcher.observe();
    else {
      this.watch?.dispose();
      this.watch = undefined;
    }
  }

  /** Why what starts and stops runs is not offered. */
  private sayTrust(): void {
    this.view.message = vscode.workspace.isTrusted ? undefined : 'Restricted Mode: runs can be read, not started or stopped.';
  }

  private update(): void {
    const running = this.store.runs.filter((run) => run.status === 'running').length;
    this.view.badge = running === 0 ? undefined : { value: running, tooltip: running === 1 ? '1 run is running' : `${running} runs are running` };
    void setContext(CONTEXT_KEYS.isRead, this.store.isRead);
  }
}

export const setContext = (key: ContextKey, value: boolean): Thenable<unknown> => vscode.commands.executeCommand('setContext', key, value);
