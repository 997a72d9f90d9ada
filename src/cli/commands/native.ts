import path from 'node:path';
import type { Command } from 'commander';
import { Argument } from 'commander';
import { ENGINE_NAMES, ENGINES, nativeHome, type EngineName } from '../../engines';
import { elsewhereText, ENGINE_WORDS, installedText, installEngine, nativeStatus, removeEngine, slowerText, trialText, usageText, type EngineStatus, type InstallEvent } from '../../launch/native';
import type { ExitCode } from '../errors';
import type { Io } from '../io';
import { oneLine, table } from '../render/table';
import { trainerPath } from '../trainerPath';

interface Options {
  readonly json?: boolean;
  readonly folder?: string;
}

const FOLDER = ['--folder <dir>', 'where native engines are kept, instead of your own data folder'] as const;
const EXAMPLES = '\nExample:\n  $ alignment-gap native\n  $ alignment-gap native install onnx\n  $ alignment-gap native remove onnx';

export function addNative(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  const native = program
    .command('native')
    .description('Say which native engines are installed, where, and whether they work; install or remove one')
    .option(...FOLDER)
    .option('--json', 'print one JSON document (alignment-gap/native@1)')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => status(io, options, exit));
  native
    .command('install')
    .description('Install a native engine: the one command of this program that uses the network')
    .addArgument(engineArgument())
    .option(...FOLDER)
    .option('--json', 'print one JSON document (alignment-gap/native-install@1)')
    .addHelpText('after', `\n${ENGINE_NAMES.map((name) => `${name}: ${ENGINES[name].package} ${ENGINES[name].version}. ${ENGINE_WORDS[name].fetches}`).join('\n')}`)
    .action((engine: EngineName, _: Options, command: Command) => install(io, engine, command.optsWithGlobals<Options>()));
  native
    .command('remove')
    .description('Remove a native engine that was installed by this program')
    .addArgument(engineArgument())
    .option(...FOLDER)
    .option('--json', 'print one JSON document (alignment-gap/native-remove@1)')
    .action((engine: EngineName, _: Options, command: Command) => remove(io, engine, command.optsWithGlobals<Options>()));
}

const engineArgument = () => new Argument('<engine>', 'which engine').choices(ENGINE_NAMES);
const homeOf = ({ folder }: Options) => (folder === undefined ? nativeHome() : path.resolve(folder));
const document = (io: Io, value: object) => io.out(`${JSON.stringify(value, null, 2)}\n`);

async function status(io: Io, options: Options, exit: (code: ExitCode) => void): Promise<void> {
  const home = homeOf(options);
  const engines = await nativeStatus(trainerPath(), home);
  if (options.json === true) document(io, { schema: 'alignment-gap/native@1', home, engines });
  else io.out(statusText(home, engines));
  // One that is not installed is no failure: nothing needs it.
  exit(engines.some(({ state }) => state === 'broken') ? 1 : 0);
}

const PLACES = { variable: 'named by', installed: 'installed in', program: 'in this program\'s node_modules' } as const;

export function statusText(home: string, engines: readonly EngineStatus[]): string {
  const rows = engines.map((status) => [`${status.engine}`, `${status.package} ${status.version}`, oneLine(trialText(status)), placeText(status)]);
  const absent = engines.filter(({ state }) => state === 'absent').map(({ engine }) => `Install it with: alignment-gap native install ${engine}\n`);
  const lines = [`Engines are kept in ${home}; training needs none of them.\n`, ...absent];
  return `${table([{ title: 'engine' }, { title: 'package' }, { title: 'state' }, { title: 'where' }], rows)}${lines.join('')}`;
}

function placeText({ engine, from, folder }: EngineStatus): string {
  if (from === undefined) return '';
  return [PLACES[from], from === 'variable' ? ENGINES[engine].variable : '', folder ?? ''].filter(Boolean).join(' ');
}

async function install(io: Io, engine: EngineName, options: Options): Promise<void> {
  const home = homeOf(options);
  const cancel = cancelled(io);
  try {
    const installed = await installEngine({ engine, trainerPath: trainerPath(), home }, progress(io), cancel.signal);
    const { folder, installation, trial } = installed;
    if (options.json === true) document(io, { schema: 'alignment-gap/native-install@1', engine, folder, route: installation.route, trial });
    else io.out(`${installedText(installed)}\nIt is in ${folder}\n`);
    for (const advice of [usageText(engine), slowerText(trial), elsewhereText(home)]) if (advice !== undefined) io.err(`${advice}\n`);
  } finally {
    cancel.dispose();
  }
}

/** On a terminal the tools' own lines pass by on one line; in a log they are left to the installation's log. */
function progress(io: Io): (event: InstallEvent) => void {
  const CLEAR = '\r\u001B[K';
  return (event) => {
    switch (event.kind) {
      case 'step':
      case 'note':
        io.err(`${io.isErrTerminal ? CLEAR : ''}${event.message}\n`);
        return;
      case 'output':
        if (io.isErrTerminal) io.err(`${CLEAR}  ${oneLine(event.line).slice(0, (io.errStream?.columns ?? 80) - 4)}`);
    }
  };
}

/** Ctrl-C, or being told to end: everything that was started ends too, and what was half-made goes. */
function cancelled(io: Io): { readonly signal: AbortSignal; readonly dispose: () => void } {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = () => {
    io.err('\nCancelling…\n');
    controller.abort();
  };
  for (const name of names) process.on(name, onSignal);
  return { signal: controller.signal, dispose: () => { for (const name of names) process.off(name, onSignal); } };
}

async function remove(io: Io, engine: EngineName, options: Options): Promise<void> {
  const removed = await removeEngine(engine, homeOf(options));
  if (options.json === true) return document(io, { schema: 'alignment-gap/native-remove@1', engine, removed: removed ?? null });
  io.err(removed === undefined ? `${ENGINES[engine].title} is not installed in ${homeOf(options)}.\n` : `Removed ${removed}\n`);
}
