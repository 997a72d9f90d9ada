/** code-server on a free port of the loopback: the real workbench and the real extension host. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { forgetGroup, killGroup, watchGroup } from './leftovers';
import type { Profile } from './profile';
import { toolchain } from './toolchain';

const LISTENING = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/;
const START_MS = 60_000;
const STOP_MS = 4000;

export interface Server {
  readonly url: string;
  /** `127.0.0.1:PORT`, the authority of `vscode-remote:` addresses. */
  readonly authority: string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly log: string;
  readonly arguments?: readonly string[];
  /** For the extension host, which inherits the server's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startServer(profile: Profile, options: ServerOptions): Promise<Server> {
  const { node, codeServer } = toolchain();
  const quiet = ['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened'];
  const child = spawn(node, [codeServer, ...profileArguments(profile), ...quiet, ...(options.arguments ?? [])], {
    env: environment(profile, options.environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, so that nothing of it can be left behind
  });
  const leader = child.pid;
  if (leader === undefined) throw new Error(`${node} could not be started`);
  watchGroup(leader);
  const url = await listeningAddress(child, options.log);
  return { url, authority: new URL(url).host, stop: () => stop(child, leader) };
}

/** Runs code-server as the `code` command, for example to install an extension. */
export function codeCommand(profile: Profile, ...args: string[]): string {
  const { node, codeServer } = toolchain();
  return execFileSync(node, [codeServer, ...profileArguments(profile), ...args], { env: environment(profile), encoding: 'utf8', timeout: 120_000 });
}

export function remoteUri(server: Server, file: string): string {
  return `vscode-remote://${server.authority}${path.resolve(file)}`;
}

function profileArguments(profile: Profile): string[] {
  return ['--config', profile.config, '--user-data-dir', profile.data, '--extensions-dir', profile.extensions];
}

/** Nothing of the caller's editor or home leaks in, and nothing is written to either. */
function environment(profile: Profile, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_|ELECTRON_|CODE_SERVER_|XDG_RUNTIME_DIR$|PASSWORD$|HASHED_PASSWORD$|PORT$|NODE_OPTIONS$)/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(inherited),
    HOME: profile.home,
    TMPDIR: profile.temporary, // its sockets go there instead of /tmp
    XDG_CONFIG_HOME: path.join(profile.home, '.config'),
    XDG_CACHE_HOME: path.join(profile.home, '.cache'),
    XDG_DATA_HOME: path.join(profile.home, '.local', 'share'),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}', // or it asks open-vsx.org
    ...extra,
  };
}

function listeningAddress(child: ChildProcess, log: string): Promise<string> {
  const sink = createWriteStream(log, { flags: 'a' });
  return new Promise((resolve, reject) => {
    let seen = '';
    const fail = (why: string) => reject(new Error(`the VS Code server ${why}:\n${seen}`));
    const timer = setTimeout(() => fail(`did not listen within ${START_MS / 1000} s`), START_MS);
    const read = (chunk: Buffer) => {
      sink.write(chunk);
      seen += chunk.toString();
      const address = LISTENING.exec(seen)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      seen = '';
      resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
    child.once('close', () => sink.end());
  });
}

function stop(child: ChildProcess, leader: number): Promise<void> {
  return new Promise((resolve) => {
    const gone = () => {
      killGroup(leader, 'SIGKILL'); // extension hosts that did not follow
      forgetGroup(leader);
      resolve();
    };
    if (child.exitCode !== null || child.signalCode !== null) return gone();
    const impatient = setTimeout(() => killGroup(leader, 'SIGKILL'), STOP_MS);
    child.once('exit', () => {
      clearTimeout(impatient);
      gone();
    });
    killGroup(leader, 'SIGTERM');
  });
}
