/** npm is found as each system has it, and never through a shell where that can be helped. */
import { describe, expect, it } from 'vitest';
import { findNpm, findProgram, withFolderOnPath, type Tool, type ToolSearch } from '../../../../src/launch/native/tools';

const search = (platform: NodeJS.Platform, PATH: string, files: readonly string[], execPath: string): ToolSearch => ({ platform, env: { PATH }, execPath, isThere: (file) => files.includes(file) });
const NODE = 'C:\\Program Files\\nodejs\\node.exe';
const SCRIPT = 'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js';

describe('npm', () => {
  it.each<[string, ToolSearch, Tool | undefined]>([
    ['on PATH', search('linux', '/usr/bin:/usr/local/bin', ['/usr/local/bin/npm'], '/opt/node/bin/node'), { program: '/usr/local/bin/npm', args: [] }],
    ['of PATH before the one beside Node', search('linux', '/usr/bin', ['/usr/bin/npm', '/opt/node/bin/npm'], '/opt/node/bin/node'), { program: '/usr/bin/npm', args: [] }],
    ['beside Node', search('darwin', '/usr/bin', ['/opt/node/bin/npm'], '/opt/node/bin/node'), { program: '/opt/node/bin/npm', args: [] }],
    ['nowhere', search('linux', '/usr/bin', [], '/usr/share/code/code'), undefined],
    ['not in a folder that depends on where one is', search('linux', '.:bin:', ['npm', 'bin/npm', './npm'], '/opt/node'), undefined],
    ['by its script on Windows', search('win32', 'C:\\Windows;C:\\Program Files\\nodejs', [NODE, SCRIPT, 'C:\\Program Files\\nodejs\\npm.cmd'], 'C:\\Code.exe'), { program: NODE, args: [SCRIPT] }],
    ['as a command file where Windows has no more', search('win32', 'C:\\My Shims', ['C:\\My Shims\\npm.cmd'], 'C:\\Code.exe'), { program: '"C:\\My Shims\\npm.cmd"', args: [], shell: true }],
  ])('%s', (_, where, expected) => {
    expect(findNpm(where)).toEqual(expected);
  });

  it('finds its node, also where PATH has none', () => {
    expect(withFolderOnPath({ program: '/opt/node/bin/npm', args: [] }, { PATH: '/usr/bin' })['PATH']).toBe('/usr/bin:/opt/node/bin');
    expect(withFolderOnPath({ program: '/opt/node/bin/npm', args: [] }, { Path: '/a' })).toEqual({ Path: '/a:/opt/node/bin' });
    expect(withFolderOnPath({ program: '/opt/node/bin/npm', args: [] }, {})).toEqual({ PATH: '/opt/node/bin' });
  });
});

it('the first name that is there anywhere goes before the next name', () => {
  const where = search('linux', '/a:/b', ['/a/python', '/b/python3'], '/node');
  expect(findProgram(['python3', 'python'], where)).toEqual({ program: '/b/python3', args: [] });
  expect(findProgram(['g++'], where)).toBeUndefined();
  expect(findProgram(['python'], search('win32', 'C:\\Python', ['C:\\Python\\python.exe'], 'C:\\node.exe'))).toEqual({ program: 'C:\\Python\\python.exe', args: [] });
});
