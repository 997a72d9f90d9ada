/** How far a long reading is: on the view at once, and with a way to cancel it when it takes long. */
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import { VIEWS } from '../ids';
import { progressWords } from './model/progress';
import type { LogProgress } from './requests';
import type { FirstReading } from './roots';

/** Most logs are read before anybody could read a notification. */
const LONG_MS = 2000;

export function showProgress(reading: FirstReading): void {
  void vscode.window.withProgress({ location: { viewId: VIEWS.runs } }, () => reading.done);
  void notifyIfLong(reading);
}

async function notifyIfLong(reading: FirstReading): Promise<void> {
  let latest: LogProgress | undefined;
  let told = (progress: LogProgress): void => { latest = progress; };
  reading.onProgress((progress) => told(progress));
  const isOver = await Promise.race([reading.done.then(() => true), wait(LONG_MS, false)]);
  if (isOver) return;
  const title = `Reading ${reading.folder.label}`;
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (notification, token) => {
    token.onCancellationRequested(reading.cancel);
    let shown = 0;
    told = (progress) => {
      const { message, percent } = progressWords(progress);
      notification.report({ message, increment: percent - shown });
      shown = percent;
    };
    if (latest !== undefined) told(latest);
    await reading.done;
  });
}
