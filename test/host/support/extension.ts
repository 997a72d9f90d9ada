/** The running extension, by what its activate() returns. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../../src/extension';

export const ID = 'alignment-gap.alignment-gap';

export async function activated(): Promise<ExtensionApi> {
  const extension = vscode.extensions.getExtension<ExtensionApi>(ID);
  assert.ok(extension, `${ID} is not installed`);
  return extension.activate();
}

export type Element = NonNullable<Parameters<ExtensionApi['view']['provider']['getTreeItem']>[0]>;

export interface ShownRow {
  readonly element: Element;
  readonly item: vscode.TreeItem;
}

export function rows({ view }: ExtensionApi, below?: Element): ShownRow[] {
  return view.provider.getChildren(below).map((element) => ({ element, item: view.provider.getTreeItem(element) }));
}

/** The row with this label below another one; fails with the labels that are there. */
export function row(api: ExtensionApi, label: string, below?: Element): ShownRow {
  const all = rows(api, below);
  const found = all.find(({ item }) => item.label === label);
  assert.ok(found, `no row "${label}" among: ${all.map(({ element: { id } }) => id).join(', ')}`);
  return found;
}

export async function until(what: string, holds: () => boolean, patienceMs = 15_000): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await wait(50)) if (holds()) return;
  assert.fail(`it did not happen within ${patienceMs / 1000} s: ${what}`);
}
