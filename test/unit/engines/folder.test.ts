/** Every process must come to the same folder without being told. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineFolder, findEngine, INSTALLED_FILE, nativeHome, type Surroundings } from '../../../src/engines';
import { temporaryFolder } from '../launch/support';

const linux: Surroundings = { env: {}, platform: 'linux', arch: 'x64', userHome: '/home/ada' };

describe('the folder of native engines', () => {
  it.each<[string, Partial<Surroundings>, string]>([
    ['Linux', {}, '/home/ada/.local/share/alignment-gap/native'],
    ['Linux with a data folder', { env: { XDG_DATA_HOME: '/data/ada' } }, '/data/ada/alignment-gap/native'],
    ['Linux with a relative one, which the specification ignores', { env: { XDG_DATA_HOME: 'data' } }, '/home/ada/.local/share/alignment-gap/native'],
    ['Linux with an empty one', { env: { XDG_DATA_HOME: '' } }, '/home/ada/.local/share/alignment-gap/native'],
    ['FreeBSD as Linux', { platform: 'freebsd' }, '/home/ada/.local/share/alignment-gap/native'],
    ['macOS', { platform: 'darwin', userHome: '/Users/ada' }, '/Users/ada/Library/Application Support/alignment-gap/native'],
    ['macOS has no XDG', { platform: 'darwin', userHome: '/Users/ada', env: { XDG_DATA_HOME: '/data' } }, '/Users/ada/Library/Application Support/alignment-gap/native'],
    ['Windows', { platform: 'win32', userHome: 'C:\\Users\\ada', env: { LOCALAPPDATA: 'D:\\Data' } }, 'D:\\Data\\alignment-gap\\native'],
    ['Windows without the variable', { platform: 'win32', userHome: 'C:\\Users\\ada' }, 'C:\\Users\\ada\\AppData\\Local\\alignment-gap\\native'],
    ['one that is named goes first', { env: { ALIGNMENT_GAP_NATIVE: '/big/disk', XDG_DATA_HOME: '/data' } }, '/big/disk'],
  ])('%s', (_, around, expected) => {
    expect(nativeHome({ ...linux, ...around })).toBe(expected);
  });

  it('has one folder a version', () => {
    expect(engineFolder('onnx', '/home')).toBe(path.join('/home', 'onnx-1.30.0'));
    expect(engineFolder('tensorflow', '/home')).toBe(path.join('/home', 'tensorflow-4.22.0'));
  });
});

describe('finding an engine', () => {
  const installation = (changes: object = {}) => JSON.stringify({ format: 'alignment-gap/native-engine@1', engine: 'onnx', version: '1.30.0', platform: 'linux', arch: 'x64', ...changes });

  async function homeWith(text: string | undefined): Promise<Surroundings> {
    const home = await temporaryFolder();
    await mkdir(engineFolder('onnx', home));
    if (text !== undefined) await writeFile(path.join(engineFolder('onnx', home), INSTALLED_FILE), text);
    return { ...linux, env: { ALIGNMENT_GAP_NATIVE: home } };
  }

  it.each<[string, string | undefined, boolean]>([
    ['one that is installed', installation(), true],
    ['a folder without its description, which no installation of ours leaves', undefined, false],
    ['a torn description', installation().slice(0, 20), false],
    ['one of another kind of machine with the same home', installation({ arch: 'arm64' }), false],
    ['one of another system', installation({ platform: 'darwin' }), false],
    ['one of a format that is not known', installation({ format: 'alignment-gap/native-engine@2' }), false],
  ])('%s', async (_, text, isFound) => {
    const around = await homeWith(text);
    expect(findEngine('onnx', around)).toEqual(isFound ? { folder: engineFolder('onnx', nativeHome(around)), from: 'installed' } : undefined);
    expect(findEngine('tensorflow', around)).toBeUndefined();
  });

  it('takes the one that its variable names before the one that is installed', async () => {
    const around = await homeWith(installation());
    expect(findEngine('onnx', { ...around, env: { ...around.env, ALIGNMENT_GAP_ONNXRUNTIME: '/mine' } })).toEqual({ folder: '/mine', from: 'variable' });
    expect(findEngine('onnx', { ...around, env: { ...around.env, ALIGNMENT_GAP_ONNXRUNTIME: '' } })?.from).toBe('installed');
  });
});
