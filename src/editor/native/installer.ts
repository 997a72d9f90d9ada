/** "Install Native Engine": choose one, watch it being installed, hear whether it works. The work is the command line's own. */
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { ENGINES, findEngine, type EngineName } from '../../engines';
import { InstallCancelled, InstallError, installedText, installEngine, slowerText, usageText, type Installed, type InstallEvent } from '../../launch/native';
import type { Messages } from '../messages';
import { engineChoices } from './model/choices';

export class NativeInstaller implements vscode.Disposable {
  private readonly running = new Set<AbortController>();

  constructor(
    private readonly trainerPath: () => string,
    private readonly messages: Messages,
  ) {}

  async choose(): Promise<void> {
    const choices = engineChoices((engine) => findEngine(engine)?.from === 'installed');
    const title = vscode.l10n.t('Install a native engine');
    const placeHolder = vscode.l10n.t('Training works without one; this fetches packages from the network');
    const chosen = await vscode.window.showQuickPick(choices, { title, placeHolder, matchOnDetail: true });
    if (chosen !== undefined) await this.install(chosen.engine);
  }

  /** Ends with a message: what was measured, or the cause and the next step. */
  async install(engine: EngineName): Promise<void> {
    const title = vscode.l10n.t('Installing {0}', ENGINES[engine].title);
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    const controller = new AbortController();
    this.running.add(controller);
    try {
      const installed = await vscode.window.withProgress(options, (progress, token) => {
        token.onCancellationRequested(() => controller.abort());
        return installEngine({ engine, trainerPath: this.trainerPath() }, (event) => this.show(event, progress), controller.signal);
      });
      this.tell(installed);
    } catch (error) {
      if (error instanceof InstallCancelled) this.messages.channel.info(error.message);
      else await this.messages.error(error, logOf(error));
    } finally {
      this.running.delete(controller);
    }
  }

  /** The window closes: a half-made engine is of no use to anybody. */
  dispose(): void {
    for (const controller of this.running) controller.abort();
  }

  private show(event: InstallEvent, progress: vscode.Progress<{ message?: string }>): void {
    switch (event.kind) {
      case 'step':
        progress.report({ message: event.message });
        this.messages.channel.info(event.message);
        return;
      case 'note':
        this.messages.channel.warn(event.message);
        return;
      case 'output':
        this.messages.channel.info(`  ${event.line}`);
    }
  }

  private tell(installed: Installed): void {
    const text = [installedText(installed), usageText(installed.trial.engine), slowerText(installed.trial)].filter(Boolean).join('. ');
    this.messages.channel.info(`${text} (${installed.folder})`);
    void vscode.window.showInformationMessage(text);
  }
}

/** An installation that failed has written down what its tools printed. */
const logOf = (error: unknown): vscode.Uri | undefined =>
  error instanceof InstallError && error.place.endsWith('.log') && existsSync(error.place) ? vscode.Uri.file(error.place) : undefined;
