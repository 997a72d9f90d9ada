/** What a command was called on: a row of the tree, several rows, a file, or nothing. */
import * as vscode from 'vscode';
import type { Run } from '../../core/run/types';
import type { TreeElement } from '../explorer/model/elements';
import type { ExperimentState } from '../runs/model/state';
import type { RunStore } from '../runs/store';

const KINDS: ReadonlySet<unknown> = new Set<TreeElement['kind']>(['root', 'problem', 'study', 'experiment', 'stages', 'stage', 'run', 'checkpoint']);

export function elementOf(target: unknown): TreeElement | undefined {
  const isElement = typeof target === 'object' && target !== null && 'kind' in target && KINDS.has(target.kind) && 'path' in target;
  return isElement ? (target as TreeElement) : undefined;
}

/** A checkpoint stands for its run. */
export function runOf(store: RunStore, target: unknown): Run | undefined {
  const element = elementOf(target);
  return element?.kind === 'run' || element?.kind === 'checkpoint' ? store.run(element.path) : undefined;
}

export function experimentOf(store: RunStore, target: unknown): ExperimentState | undefined {
  const element = elementOf(target);
  return element?.kind === 'experiment' || element?.kind === 'stages' || element?.kind === 'stage' ? store.experiment(element.path) : undefined;
}

/** VS Code passes the row of the click and all selected rows; a click beside the selection counts alone. */
export function runsOf(store: RunStore, target: unknown, selected: unknown): Run[] {
  const rows: unknown[] = Array.isArray(selected) ? selected : [];
  const chosen = rows.length > 0 && (target === undefined || rows.includes(target)) ? rows : [target];
  const runs = chosen.flatMap((row) => runOf(store, row) ?? []);
  return runs.filter((run, i) => runs.indexOf(run) === i);
}

/** The experiment file that a command was called on: from the explorer, an editor's title, or the editor in front. */
export function fileOf(target: unknown): string | undefined {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === 'file' ? uri.fsPath : undefined;
}
