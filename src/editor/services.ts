/** What the parts of the extension share, built once at activation; building it reads nothing and starts nothing. */
import path from 'node:path';
import * as vscode from 'vscode';
import { trainerIn } from '../launch';
import { AnalysisClient, startAnalysisThread } from './analysis/client';
import { compareConfigurations, compareRuns, openRunLog } from './commands/look';
import { resumeDirectory, stopDirectory } from './commands/run';
import { CompareSelection } from './compare/selection';
import { RunsView } from './explorer/runsView';
import { LogClient, startLogThread } from './logs/client';
import { addPaths } from './logs/commands';
import { logDrops } from './logs/drop';
import { showProgress } from './logs/progress';
import { LogRoots } from './logs/roots';
import { runChartsEditor } from './logs/runCharts';
import { editorFolder, logFolders } from './logs/settings';
import { Messages } from './messages';
import { NativeInstaller } from './native/installer';
import { Panels } from './panels/panels';
import type { PanelActions } from './panels/services';
import { localProcesses, type Processes } from './runs/processes';
import { RunStore } from './runs/store';
import { RunWatcher } from './runs/watcher';
import { runsRoots } from './settings';
import { reportEnding } from './start/ending';
import { Tracker } from './start/tracker';
import { reportStudyEnding } from './studies/ending';
import { StudyPrograms } from './studies/programs';
import { StudyTracker } from './studies/tracker';
import { StatusItem } from './status/statusItem';

export interface Services {
  readonly extensionUri: vscode.Uri;
  readonly messages: Messages;
  readonly store: RunStore;
  readonly logs: LogRoots;
  readonly watcher: RunWatcher;
  readonly view: RunsView;
  readonly panels: Panels;
  readonly processes: Processes;
  readonly tracker: Tracker;
  /** Studies are carried out by the command line as experiments are; what it knows of them is asked for. */
  readonly programs: StudyPrograms;
  readonly studyTracker: StudyTracker;
  readonly selection: CompareSelection;
  readonly installer: NativeInstaller;
}

export function createServices(context: vscode.ExtensionContext): Services {
  const { extensionUri } = context;
  const dist = vscode.Uri.joinPath(extensionUri, 'dist').fsPath;
  const inDist = (file: string) => path.join(dist, file);
  const messages = new Messages();
  const logClient = new LogClient(() => startLogThread(inDist('logs-worker.js')));
  const logs = new LogRoots(logClient, logFolders, editorFolder);
  const store = new RunStore(runsRoots, messages.note, logs);
  const watcher = new RunWatcher(store, runsRoots, logs);
  const analysis = new AnalysisClient(() => startAnalysisThread(inDist('analysis-worker.js')));
  const actions: PanelActions = {
    openLog: openRunLog,
    compare: (a, b) => compareRuns(services, b === undefined ? [a] : [a, b]),
    compareConfigurations: (a, b) => compareConfigurations(services, [a, b]),
    showCharts: (subject) => Promise.resolve(services.panels.show(subject)),
    stop: (directory) => stopDirectory(services, directory),
    resume: (directory) => resumeDirectory(services, directory),
  };
  const tracker = new Tracker({
    store, watcher, state: context.workspaceState,
    stop: (directory) => stopDirectory(services, directory),
    ended: (directory, ending) => void reportEnding(services, directory, ending),
    note: (error) => void messages.error(error),
  });
  const studyTracker = new StudyTracker({
    store, watcher, state: context.workspaceState,
    stop: (directory) => stopDirectory(services, directory),
    ended: (folder, ending) => void reportStudyEnding(services, folder, ending),
    note: (error) => void messages.error(error),
  });
  const services: Services = {
    extensionUri, messages, store, logs, watcher, tracker, studyTracker,
    programs: new StudyPrograms(dist, context.globalState),
    view: new RunsView(store, watcher, logDrops((paths) => addPaths(services, paths), (error) => void messages.error(error))),
    panels: new Panels({ store, logs, watcher, extensionUri, messages, actions, analysis }),
    processes: localProcesses(inDist('cli.js')),
    selection: new CompareSelection(),
    installer: new NativeInstaller(() => trainerIn(dist), messages),
  };
  logs.onFirstReading(showProgress);
  logs.onChange(() => { for (const { folder, problems } of logs.roots) for (const problem of problems) messages.note(`${folder}: ${problem}`); });
  context.subscriptions.push(messages, analysis, logClient, runChartsEditor(services.panels), watcher, tracker, studyTracker, services.installer, services.view, services.panels, new StatusItem(store));
  return services;
}
