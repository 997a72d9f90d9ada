/** Shows the tree's model in VS Code. */
import * as vscode from 'vscode';
import type { RunStore } from '../runs/store';
import { nameOfKey } from '../runs/model/address';
import { ElementCache, type TreeElement } from './model/elements';
import { rowOf, type Row } from './model/rows';
import { tooltipOf } from './model/tooltips';
import { RunTree } from './model/tree';

const COLLAPSIBLE: Readonly<Record<Row['expands'], vscode.TreeItemCollapsibleState>> = {
  no: vscode.TreeItemCollapsibleState.None,
  closed: vscode.TreeItemCollapsibleState.Collapsed,
  open: vscode.TreeItemCollapsibleState.Expanded,
};

export class RunTreeProvider implements vscode.TreeDataProvider<TreeElement>, vscode.Disposable {
  private readonly elements = new ElementCache();
  private readonly emitter = new vscode.EventEmitter<TreeElement | TreeElement[] | undefined>();
  private readonly subscription: { dispose(): void };
  readonly onDidChangeTreeData = this.emitter.event;
  readonly tree: RunTree;

  constructor(store: RunStore) {
    this.tree = new RunTree(this.elements, () => store.state);
    this.subscription = store.onChange((change) => {
      const rows = this.tree.changed(change);
      this.emitter.fire(rows === undefined ? undefined : [...rows]);
    });
  }

  getChildren(element?: TreeElement): TreeElement[] {
    return this.tree.children(element);
  }

  getParent(element: TreeElement): TreeElement | undefined {
    return this.tree.parent(element);
  }

  getTreeItem(element: TreeElement): vscode.TreeItem {
    const row = rowOf(this.tree, element);
    // It went between the question for children and this one; the next refresh takes the row away.
    if (row === undefined) return { id: element.id, label: nameOfKey(element.path) };
    const { codicon, color } = row.icon;
    return {
      id: element.id,
      label: row.label,
      description: row.description,
      iconPath: new vscode.ThemeIcon(codicon, color === undefined ? undefined : new vscode.ThemeColor(color)),
      collapsibleState: COLLAPSIBLE[row.expands],
      contextValue: row.context,
      accessibilityInformation: { label: row.sentence, role: 'treeitem' },
      // Undefined on purpose: VS Code then asks `resolveTreeItem` when somebody points at the row.
      tooltip: undefined,
      // It has nothing below it: as a file does, it opens.
      ...(element.kind === 'study' ? { command: { command: 'alignmentGap.showVerdict', title: 'Show Verdict', arguments: [element] } } : {}),
    };
  }

  resolveTreeItem(item: vscode.TreeItem, element: TreeElement): vscode.TreeItem {
    const text = tooltipOf(this.tree, element);
    return { ...item, tooltip: text === undefined ? '' : new vscode.MarkdownString(text, true) };
  }

  element(address: Parameters<ElementCache['get']>[0]): TreeElement {
    return this.elements.get(address);
  }

  dispose(): void {
    this.subscription.dispose();
    this.emitter.dispose();
  }
}
