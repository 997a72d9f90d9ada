/** A webview panel of ours: its page, its security, and when it may be written to. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelPage, type Result } from '../../core/protocol';
import { packColumns } from '../../core/protocol/pack';
import { PANELS, type PanelType } from '../ids';

const PAGES: Readonly<Record<PanelType, string>> = { [PANELS.dashboard]: 'dashboard', [PANELS.comparison]: 'comparison', [PANELS.verdict]: 'verdict' };

export function panelOptions(extensionUri: vscode.Uri): vscode.WebviewOptions & vscode.WebviewPanelOptions {
  return { enableScripts: true, enableCommandUris: false, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')], enableFindWidget: true };
}

export interface PageWiring<In extends { readonly type: string }> {
  readonly type: PanelType;
  readonly extensionUri: vscode.Uri;
  /** Refuses what is no message of this page. */
  readonly read: (data: unknown) => Result<In>;
  readonly receive: (message: In) => void | Promise<void>;
  readonly note: (error: unknown) => void;
}

/** Typed both ways; nothing is sent before the page has said that it is ready. */
export class Page<In extends { readonly type: string }, Out> implements vscode.Disposable {
  isReady = false;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly wiring: PageWiring<In>,
  ) {
    const { extensionUri, type } = wiring;
    const { webview } = panel;
    webview.options = panelOptions(extensionUri);
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', 'icons', `${PAGES[type]}-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.subscriptions = [
      webview.onDidReceiveMessage((data: unknown) => this.take(data)),
      // A hidden page is torn down; it says "ready" again when it is shown.
      panel.onDidChangeViewState(() => { if (!panel.visible) this.isReady = false; }),
    ];
    const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', file)).toString();
    const name = PAGES[type];
    webview.html = panelPage({
      title: panel.title,
      nonce: randomBytes(16).toString('base64'),
      cspSource: webview.cspSource,
      script: address(`${name}.js`),
      style: address(`${name}.css`),
    });
  }

  send(message: Out): void {
    if (this.isReady) void this.panel.webview.postMessage(packColumns(message));
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private take(data: unknown): void {
    const { read, receive, note } = this.wiring;
    const message = read(data);
    if (!message.ok) {
      note(message.error);
      return;
    }
    if (message.value.type === 'ready') this.isReady = true;
    void Promise.resolve(receive(message.value)).catch(note);
  }
}

/** The answer to a request: what went wrong is said, so that no promise of the page hangs. */
export async function answer<T>(work: () => Promise<T> | T): Promise<Result<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
