import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import { activated, ID, until } from './support/extension';

/** The palette's command itself; npm and the training process are test doubles, so that nothing is fetched. */
describe('installing a native engine', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'alignment-gap-native-'));
  const [bin, home, tools] = [path.join(folder, 'bin'), path.join(folder, 'home'), path.join(folder, 'tools.json')];
  const engine = path.join(home, 'onnx-1.30.0');
  const kept = { ...process.env };
  const npmDoes = (behaviour: object): void => writeFileSync(tools, JSON.stringify({ npm: [behaviour] }));

  before(async () => {
    await activated();
    const fixtures = path.join(vscode.extensions.getExtension(ID)?.extensionPath ?? '', 'test', 'fixtures');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\nexec "${process.execPath}" "${path.join(fixtures, 'fake-tools', 'tool.mjs')}" npm "$@"\n`);
    chmodSync(path.join(bin, 'npm'), 0o755);
    Object.assign(process.env, { PATH: bin, FAKE_TOOLS: tools, ALIGNMENT_GAP_NATIVE: home, ALIGNMENT_GAP_TRAINER: path.join(fixtures, 'fake-trainer', 'trainer.mjs') });
  });
  after(() => {
    for (const name of ['PATH', 'FAKE_TOOLS', 'ALIGNMENT_GAP_NATIVE', 'ALIGNMENT_GAP_TRAINER']) {
      if (kept[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = kept[name];
    }
    rmSync(folder, { recursive: true });
  });

  /** Chooses the first of the list, ONNX Runtime, as soon as the list is there. */
  async function choose(begun: () => boolean): Promise<{ readonly returned: () => boolean }> {
    let returned = false;
    void vscode.commands.executeCommand('alignmentGap.installNativeEngine').then(() => { returned = true; });
    for (let attempt = 0; attempt < 40 && !begun(); attempt += 1) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await wait(250);
    }
    return { returned: () => returned };
  }

  it('one that cannot be had says why and leaves nothing but its log', async () => {
    npmDoes({ exit: 1, print: 'npm error code ENOTFOUND' });
    const log = `${engine}.log`;
    const command = await choose(() => existsSync(log) && !existsSync(`${engine}.lock`));
    // Its message has buttons, and waits for the person who reads it.
    await until('the command has returned', () => {
      void vscode.commands.executeCommand('notifications.clearAll');
      return command.returned();
    });
    assert.deepEqual(readdirSync(home), ['onnx-1.30.0.log']);
  });

  it('one that works is put in its place', async () => {
    npmDoes({});
    const command = await choose(() => existsSync(path.join(engine, 'installed.json')));
    await until('the command has returned', command.returned);
    assert.deepEqual(readdirSync(home), ['onnx-1.30.0']);
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});
