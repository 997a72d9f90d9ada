/** One message when an experiment that was started here has ended; none where its charts are in sight or it was stopped. */
import path from 'node:path';
import * as vscode from 'vscode';
import { diagnostics } from '../messages';
import type { Services } from '../services';
import { notifiesWhenFinished } from '../settings';
import type { Ending } from './model/progress';
import { launchLogOf } from './starter';

export async function reportEnding(services: Services, directory: string, ending: Ending): Promise<void> {
  const name = services.store.experiment(directory)?.name ?? path.basename(directory);
  switch (ending.kind) {
    case 'stopped':
      return;
    case 'finished':
      return finished(services, directory, `${name}: ${ending.summary}.`);
    case 'failed':
      return failed(services, directory, `${name}: ${ending.reason}`);
  }
}

async function finished({ panels, messages }: Services, directory: string, text: string): Promise<void> {
  messages.channel.info(text);
  const subject = { kind: 'experiment', path: directory } as const;
  if (panels.isVisible(subject) || !notifiesWhenFinished()) return;
  const show = vscode.l10n.t('Show Charts');
  if ((await vscode.window.showInformationMessage(text, show)) === show) panels.show(subject);
}

async function failed({ messages }: Services, directory: string, text: string): Promise<void> {
  messages.channel.error(text);
  const showLog = vscode.l10n.t('Show Log');
  const copy = vscode.l10n.t('Copy Diagnostics');
  const chosen = await vscode.window.showErrorMessage(text, showLog, copy);
  if (chosen === showLog) await vscode.window.showTextDocument(launchLogOf(directory));
  if (chosen === copy) await vscode.env.clipboard.writeText(diagnostics(text));
}
