/** File events of added logs where they cost little: of single files, and of folders that VS Code watches anyway. The rest is polled. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LogRoots } from './roots';

/** A trainer writes several lines a second: they are read together. */
const DEBOUNCE_MS = 300;

export function watchLogs(logs: LogRoots): vscode.Disposable {
  const watchers = new Map<string, vscode.Disposable>();
  let isOver = false;
  const watch = async (target: string): Promise<void> => {
    const pattern = await patternOf(target);
    if (pattern === undefined || isOver || !watchers.has(target)) return;
    watchers.set(target, watchPattern(pattern, () => void logs.refresh((root) => root.logs?.target === target)));
  };
  const update = (): void => {
    const targets = new Set(logs.targets);
    for (const [target, watcher] of watchers) {
      if (targets.has(target)) continue;
      watcher.dispose();
      watchers.delete(target);
    }
    for (const target of targets) {
      if (watchers.has(target)) continue;
      watchers.set(target, new vscode.Disposable(() => undefined));
      void watch(target);
    }
  };
  update();
  const subscription = logs.onChange(update);
  return new vscode.Disposable(() => {
    isOver = true;
    subscription.dispose();
    vscode.Disposable.from(...watchers.values()).dispose();
  });
}

/** Undefined: a folder outside the workspace, which would have to be watched with all that is in it. */
async function patternOf(target: string): Promise<vscode.RelativePattern | undefined> {
  const found = await stat(target).catch(() => undefined);
  if (found?.isFile() === true) return new vscode.RelativePattern(vscode.Uri.file(path.dirname(target)), path.basename(target));
  const isInside = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(target)) !== undefined;
  return found?.isDirectory() === true && isInside ? new vscode.RelativePattern(vscode.Uri.file(target), '**/*') : undefined;
}

function watchPattern(pattern: vscode.RelativePattern, changed: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  let timer: NodeJS.Timeout | undefined;
  const touch = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed();
    }, DEBOUNCE_MS);
  };
  return vscode.Disposable.from(watcher, watcher.onDidCreate(touch), watcher.onDidChange(touch), watcher.onDidDelete(touch), new vscode.Disposable(() => clearTimeout(timer)));
}
