/** Entry of the extension: builds the services and registers them. Starts no process and reads no directory. */
import * as vscode from 'vscode';
import { commandHandlers } from './editor/commands';
import { configurationDocuments } from './editor/compare/configurations';
import { CONFIGURATION_SCHEME } from './editor/ids';
import { registerCommands } from './editor/registerCommands';
import { createServices, type Services } from './editor/services';
import { affectsSettings } from './editor/settings';

/** What tests inside the extension host look at. */
export type ExtensionApi = Pick<Services, 'store' | 'view' | 'panels' | 'logs'>;

export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const started = performance.now();
  const services = createServices(context);
  const { messages, store, logs, watcher, view, panels, tracker, studyTracker } = services;
  context.subscriptions.push(
    registerCommands(commandHandlers(services), (command, error) => {
      messages.channel.error(`${command} failed`);
      void messages.error(error);
    }),
    vscode.workspace.registerTextDocumentContentProvider(CONFIGURATION_SCHEME, configurationDocuments(store)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => watcher.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => { if (affectsSettings(event)) watcher.restart(); }),
  );
  tracker.restore();
  studyTracker.restore();
  messages.channel.info(`Activated in ${(performance.now() - started).toFixed(1)} ms`);
  return { store, logs, view, panels };
}
