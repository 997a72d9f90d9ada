import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/editor/ids';
import { activated, ID, until } from './support/extension';

/** Of this extension host; undefined where the system does not tell. */
function childProcesses(): string | undefined {
  try {
    return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The built-in extensions of this host start processes of their own in its first seconds: counted is what comes after them. */
async function settledChildProcesses(): Promise<string | undefined> {
  for (let [seen, since] = [childProcesses(), Date.now()]; ; await wait(50)) {
    const now = childProcesses();
    if (now !== seen) [seen, since] = [now, Date.now()];
    if (Date.now() - since > 2000) return seen;
  }
}

/** Twenty other extensions are starting at the same time: far above the few milliseconds that it takes alone. */
const ACTIVATION_MS = 1000;

describe('activation', () => {
  it('is quick, starts no process and reads no runs', async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension, `${ID} is not installed`);
    assert.equal(extension.isActive, false, 'nothing has activated it so far');
    const before = await settledChildProcesses();
    const begun = performance.now();
    const api = await activated();
    const took = performance.now() - begun;
    assert.ok(took < ACTIVATION_MS, `it took ${took.toFixed(0)} ms`);
    assert.equal(api.store.isRead, false);
    assert.equal(childProcesses(), before);
    console.log(`activated in ${took.toFixed(1)} ms`);
  });

  it('registers every command that package.json declares, and those alone', async () => {
    await activated();
    const { contributes } = vscode.extensions.getExtension<unknown>(ID)?.packageJSON as { contributes: { commands: { command: string }[] } };
    const registered = (await vscode.commands.getCommands(true)).filter((command) => (COMMANDS as readonly string[]).includes(command));
    assert.deepEqual(registered.sort(), contributes.commands.map(({ command }) => command).sort());
  });

  it('opens experiment files as JSON with comments, and checks them with the schema', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder, 'schema.alignment.json');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('{ // a comment is welcome\n  "name": "a", "task": "summarisation", "arms": [{ "name": "x", "sampling": "onlin" }] }'));
    const { document } = await vscode.window.showTextDocument(uri);
    assert.equal(document.languageId, 'jsonc');
    const messages = () => vscode.languages.getDiagnostics(uri).map(({ message }) => message);
    await until('the wrong value is marked', () => messages().length > 0, 25_000);
    assert.deepEqual(messages(), ['Value is not accepted. Valid values: "online", "offline", "semi-online", "mixed".']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(uri);
  });
});
