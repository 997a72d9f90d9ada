/** Keeps the store current while somebody looks: file events first, a slow poll for what raises none. */
import path from 'node:path';
import * as vscode from 'vscode';
import { isActive } from './model/state';
import { touchedDirectories } from './model/touched';
import { watchLogs } from '../logs/watch';
import type { LogRoots } from '../logs/roots';
import type { RunsRoot, RunStore } from './store';

/** A checkpoint is several writes: waiting a moment reads them in one look. */
const DEBOUNCE_MS = 150;
/** A process that dies writes nothing; and some file systems (network, excluded folders) send no events. */
const ACTIVE_POLL_MS = 1500;
const SCAN_POLL_MS = 10_000;

export class RunWatcher implements vscode.Disposable {
  private observers = 0;
  private active: vscode.Disposable[] = [];
  private readonly touched = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: RunStore,
    private readonly findRoots: () => readonly RunsRoot[],
    private readonly logs: LogRoots,
  ) {}

  /** Watches until the returned object is disposed; several observers share one watch. */
  observe(): vscode.Disposable {
    this.observers += 1;
    if (this.observers === 1) this.start();
    let disposed = false;
    return new vscode.Disposable(() => {
      if (disposed) return;
      disposed = true;
      this.observers -= 1;
      if (this.observers === 0) this.stop();
    });
  }

  /** After the folders or the settings changed. */
  restart(): void {
    if (this.observers === 0) return;
    this.stop();
    this.start();
  }

  dispose(): void {
    this.observers = 0;
    this.stop();
  }

  private start(): void {
    void this.store.scan();
    for (const root of this.findRoots()) this.watchRoot(root.path);
    this.active.push(watchLogs(this.logs));
    const poll = setInterval(() => void this.poll(), ACTIVE_POLL_MS);
    const scan = setInterval(() => void this.store.scan(), SCAN_POLL_MS);
    this.active.push(new vscode.Disposable(() => { clearInterval(poll); clearInterval(scan); clearTimeout(this.timer); }));
  }

  private stop(): void {
    vscode.Disposable.from(...this.active).dispose();
    this.active = [];
    this.touched.clear();
  }

  private watchRoot(root: string): void {
    const pattern = new vscode.RelativePattern(vscode.Uri.file(root), '**/{run.json,experiment.json,metrics.jsonl,stages.jsonl,verdict.json}');
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    // Deleting a folder reports the folder alone.
    const folders = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(root), '{*,*/*}'), true, true, false);
    const touch = (uri: vscode.Uri) => this.touch(uri.fsPath);
    this.active.push(watcher, folders, watcher.onDidCreate(touch), watcher.onDidChange(touch), watcher.onDidDelete(touch), folders.onDidDelete(touch));
  }

  private touch(file: string): void {
    this.touched.add(file);
    this.timer ??= setTimeout(() => void this.look(), DEBOUNCE_MS);
  }

  private async look(): Promise<void> {
    this.timer = undefined;
    const { known, needsScan } = touchedDirectories([...this.touched], this.store.experiments, (file) => path.dirname(file));
    this.touched.clear();
    await (needsScan ? this.store.scan() : this.store.refresh(known));
  }

  private async poll(): Promise<void> {
    if (this.store.experiments.some(isActive)) await this.store.refreshActive();
    else await this.logs.refresh();
  }
}
