/** The output channel, and error messages that always offer a way on. */
import * as vscode from 'vscode';

export class Messages implements vscode.Disposable {
  readonly channel = vscode.window.createOutputChannel('Alignment Gap', { log: true });
  private readonly reported = new Set<string>();

  /** For what must not disturb anybody; the same trouble, met again at every look, is written once. */
  note = (error: unknown): void => {
    const text = messageOf(error);
    if (this.reported.has(text)) return;
    this.reported.add(text);
    this.channel.warn(text);
  };

  /** @param place a file or directory to open from the message. */
  async error(error: unknown, log?: vscode.Uri): Promise<void> {
    const text = messageOf(error);
    this.channel.error(error instanceof Error ? error : text);
    const showLog = vscode.l10n.t('Show Log');
    const copy = vscode.l10n.t('Copy Diagnostics');
    const chosen = await vscode.window.showErrorMessage(text, showLog, copy);
    if (chosen === showLog) await (log === undefined ? this.channel.show(true) : vscode.window.showTextDocument(log));
    if (chosen === copy) await vscode.env.clipboard.writeText(diagnostics(text, error));
  }

  dispose(): void {
    this.channel.dispose();
  }
}

/** Our errors carry a next step, which belongs into the message. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const next = 'next' in error && typeof error.next === 'string' && !error.message.includes(error.next) ? ` ${error.next}` : '';
  return `${error.message}${next}`;
}

/** What a bug report needs, and nothing that tells who the user is. */
export function diagnostics(text: string, error?: unknown): string {
  const version = (vscode.extensions.getExtension('alignment-gap.alignment-gap')?.packageJSON as { version?: string } | undefined)?.version ?? 'unknown';
  return [
    text,
    '',
    `Alignment Gap ${version}, VS Code ${vscode.version}, ${process.platform} ${process.arch}, Node ${process.versions.node}`,
    ...(error instanceof Error && error.stack !== undefined ? ['', error.stack] : []),
  ].join('\n');
}
