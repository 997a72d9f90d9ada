/** One message when a study that was started here has ended; none where its verdict is in sight or it was stopped. */
import * as vscode from 'vscode';
import { diagnostics } from '../messages';
import type { Services } from '../services';
import { notifiesWhenFinished } from '../settings';
import type { StudyEnding } from './model/progress';
import { studyLogOf } from './starter';

export async function reportStudyEnding(services: Services, folder: string, ending: StudyEnding): Promise<void> {
  const { messages, panels } = services;
  const subject = { kind: 'study', path: folder } as const;
  const [show, showLog, copy] = [vscode.l10n.t('Show Verdict'), vscode.l10n.t('Show Log'), vscode.l10n.t('Copy Diagnostics')];
  const act = async (chosen: string | undefined, text: string): Promise<void> => {
    if (chosen === show) panels.show(subject);
    if (chosen === showLog) await vscode.window.showTextDocument(vscode.Uri.file(studyLogOf(folder)));
    if (chosen === copy) await vscode.env.clipboard.writeText(diagnostics(text));
  };
  switch (ending.kind) {
    case 'stopped':
      return;
    case 'judged':
      messages.channel.info(ending.text);
      if (!panels.isVisible(subject) && notifiesWhenFinished()) await act(await vscode.window.showInformationMessage(ending.text, show), ending.text);
      return;
    case 'incomplete':
      messages.channel.warn(ending.text);
      return act(await vscode.window.showWarningMessage(ending.text, show, showLog), ending.text);
    case 'failed':
      messages.channel.error(ending.text);
      return act(await vscode.window.showErrorMessage(ending.text, showLog, copy), ending.text);
  }
}
