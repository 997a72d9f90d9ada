/** Folders and files dropped on the view are added to it. */
import * as vscode from 'vscode';
import type { TreeElement } from '../explorer/model/elements';
import { urisOf } from './model/uriList';

const URI_LIST = 'text/uri-list';

export function logDrops(add: (paths: readonly string[]) => Promise<void>, failed: (error: unknown) => void): vscode.TreeDragAndDropController<TreeElement> {
  return {
    dragMimeTypes: [],
    dropMimeTypes: [URI_LIST],
    handleDrop: async (_, transfer) => {
      try {
        const text = (await transfer.get(URI_LIST)?.asString()) ?? '';
        const uris = urisOf(text).map((line) => vscode.Uri.parse(line, true));
        const paths = uris.filter(({ scheme }) => scheme === 'file' || scheme === 'vscode-remote').map(({ fsPath }) => fsPath);
        if (paths.length === 0) throw new Error('Only folders and files of this machine can be dropped here.');
        await add(paths);
      } catch (error) {
        failed(error);
      }
    },
  };
}
