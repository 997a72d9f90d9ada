/** All open panels: one a subject, brought back after a reload. */
import * as vscode from 'vscode';
import { readPanelState } from '../../core/protocol';
import { PANELS, type PanelType } from '../ids';
import { Comparison } from './comparison';
import { Dashboard } from './dashboard';
import { readSubject, subjectText, type Subject } from './model/subject';
import { logRootKey } from '../runs/model/address';
import { panelOptions } from './panel';
import type { PanelServices } from './services';
import { VerdictPanel } from './verdict';

export class Panels implements vscode.Disposable {
  private readonly open = new Map<string, { readonly panel: vscode.WebviewPanel; readonly content: Dashboard | Comparison | VerdictPanel }>();
  private readonly serializers: vscode.Disposable[];

  constructor(private readonly services: PanelServices) {
    this.serializers = Object.values(PANELS).map((type) =>
      vscode.window.registerWebviewPanelSerializer(type, {
        deserializeWebviewPanel: (panel, state: unknown) => {
          const subject = readSubject(readPanelState(state).restore);
          // A panel that does not know any more what it was about helps nobody.
          if (subject === undefined || typeOf(subject) !== type) panel.dispose();
          else this.fill(panel, subject);
          return Promise.resolve();
        },
      }),
    );
  }

  show(subject: Subject): void {
    const known = this.open.get(subjectText(subject));
    if (known !== undefined) {
      known.panel.reveal();
      return;
    }
    const { extensionUri } = this.services;
    this.fill(vscode.window.createWebviewPanel(typeOf(subject), '', vscode.ViewColumn.Active, panelOptions(extensionUri)), subject);
  }

  /** In an editor that VS Code made, and makes again after a reload. */
  showLog(panel: vscode.WebviewPanel, file: string): void {
    const { logs } = this.services;
    const reading = logs.open(file);
    const content = new Dashboard(panel, { kind: 'log', path: logRootKey(file) }, this.services);
    panel.onDidDispose(() => {
      content.dispose();
      reading.dispose();
    });
  }

  isVisible(subject: Subject): boolean {
    return this.open.get(subjectText(subject))?.panel.visible ?? false;
  }

  /** Whether the subject's page has loaded and asked for its data. */
  isReady(subject: Subject): boolean {
    return this.open.get(subjectText(subject))?.content.isReady ?? false;
  }

  dispose(): void {
    vscode.Disposable.from(...this.serializers).dispose();
  }

  private contentOf(panel: vscode.WebviewPanel, subject: Subject): Dashboard | Comparison | VerdictPanel {
    switch (subject.kind) {
      case 'comparison':
        return new Comparison(panel, subject, this.services);
      case 'study':
        return new VerdictPanel(panel, subject, this.services);
      case 'experiment':
      case 'run':
        return new Dashboard(panel, subject, this.services);
    }
  }

  private fill(panel: vscode.WebviewPanel, subject: Subject): void {
    const key = subjectText(subject);
    const content = this.contentOf(panel, subject);
    this.open.set(key, { panel, content });
    panel.onDidDispose(() => {
      this.open.delete(key);
      content.dispose();
    });
  }
}

function typeOf({ kind }: Subject): PanelType {
  switch (kind) {
    case 'comparison':
      return PANELS.comparison;
    case 'study':
      return PANELS.verdict;
    case 'experiment':
    case 'run':
      return PANELS.dashboard;
  }
}
