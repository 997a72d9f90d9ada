/** Which engines this machine has, and the proof that they do the same work. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Ready } from '../engine/contract';
import { disagreements } from './agreement';
import { EngineProcess } from './engineProcess';
import type { EngineName, Options } from './options';

export interface Started { readonly name: EngineName; readonly process: EngineProcess; readonly ready: Ready }
export interface Absent { readonly name: string; readonly reason: string }

type Command = readonly [string, ...string[]];

/** The processes of each engine; TRL needs one for each of its trainers. */
function commandsOf(name: EngineName, { python, core }: Options, fixture: string): Command[] {
  const pin = hasTaskset() ? ['taskset', '-c', core] : [];
  const command = (program: string, ...args: string[]): Command => [...pin, program, ...args] as unknown as Command;
  const node = (...args: string[]): Command => command(process.execPath, path.join(__dirname, 'engine.cjs'), ...args);
  const script = (file: string, ...args: string[]): Command => command(python, path.join('test/bench', file), ...args);
  switch (name) {
    case 'ours':
      return [node('ours', 'wasm')];
    case 'plain':
      return [node('plain')];
    case 'tfjs-node':
      return [node('ours', 'tensorflow')];
    case 'onnx':
      return [node('ours', 'onnx')];
    case 'pytorch':
      return [script('pytorch/serve.py', fixture)];
    case 'trl':
      return [script('trl/serve.py', fixture, 'offline'), script('trl/serve.py', fixture, 'online')];
  }
}

const hasTaskset = (): boolean => process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0;

/** Starts what can be started; the first one is always ours. @throws Error when ours cannot, or an engine computes something else. */
export async function startEngines(options: Options, fixture: string): Promise<{ started: Started[]; absent: Absent[] }> {
  const started: Started[] = [];
  const absent: Absent[] = [];
  for (const name of options.only) {
    for (const command of commandsOf(name, options, fixture)) {
      const answer = await EngineProcess.start(name, command);
      if ('refused' in answer) absent.push({ name: [name, ...command.slice(-1)].slice(0, name === 'trl' ? 2 : 1).join(' '), reason: answer.refused });
      else started.push({ name, process: answer.engine, ready: answer.ready });
    }
  }
  await proveAgreement(started);
  return { started, absent };
}

async function proveAgreement(started: readonly Started[]): Promise<void> {
  const [first, ...others] = started;
  if (first?.name !== 'ours') throw new Error('Our own engine does not start here, and ratios refer to it.');
  const ours = await first.process.compute();
  for (const { name, process, ready } of others) {
    if (!ready.computes) continue;
    const found = disagreements(ours, await process.compute());
    if (found.length > 0) throw new Error(`${name} does not compute what our engine computes, so their times cannot be compared: ${found.join('; ')}.`);
  }
}
