/** What panels need of the rest of the extension. */
import type * as vscode from 'vscode';
import type { Run } from '../../core/run/types';
import type { AnalysisClient } from '../analysis/client';
import type { Messages } from '../messages';
import type { LogRoots } from '../logs/roots';
import type { RunStore } from '../runs/store';
import type { RunWatcher } from '../runs/watcher';
import type { DashboardAddress } from './model/subject';

/** What a page may ask for; the same functions stand behind the commands. */
export interface PanelActions {
  openLog(run: Run): Promise<void>;
  /** Asks for the second run where it is not given. */
  compare(a: Run, b?: Run): Promise<void>;
  compareConfigurations(a: Run, b: Run): Promise<void>;
  showCharts(subject: DashboardAddress): Promise<void>;
  /** A run's or an experiment's directory. */
  stop(directory: string): Promise<void>;
  resume(directory: string): Promise<void>;
}

export interface PanelServices {
  readonly store: RunStore;
  readonly logs: LogRoots;
  readonly watcher: RunWatcher;
  readonly extensionUri: vscode.Uri;
  readonly messages: Messages;
  readonly actions: PanelActions;
  readonly analysis: AnalysisClient;
}
