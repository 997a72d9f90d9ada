/** "Reopen With → Run Charts": the dashboard of the runs in one log file. Text stays the default. */
import * as vscode from 'vscode';
import { RUN_CHARTS } from '../ids';
import type { Panels } from '../panels/panels';

export function runChartsEditor(panels: Panels): vscode.Disposable {
  return vscode.window.registerCustomEditorProvider(RUN_CHARTS, {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: ({ uri }, panel) => panels.showLog(panel, uri.fsPath),
  } satisfies vscode.CustomReadonlyEditorProvider, { supportsMultipleEditorsPerDocument: true });
}
