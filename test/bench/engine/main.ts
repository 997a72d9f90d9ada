/** One engine in a process of its own: `engine ours <backend>`, `engine plain`. */
import readline from 'node:readline';
import { WORKLOADS } from '../workloads';
import { startOurs } from './adapter';
import type { Call, Engine, Measured, Ready, Refusal, Request } from './contract';
import { createFixture } from './fixture';
import { startPlain } from './plain';

async function main([kind, argument = '']: readonly string[]): Promise<void> {
  switch (kind) {
    case 'ours':
      return serve(async () => startOurs(argument, await createFixture()));
    case 'plain':
      return serve(async () => startPlain(await createFixture()));
    default:
      throw new Error(`There is no engine called "${kind}"; known are ours and plain.`);
  }
}

async function serve(start: () => Promise<Engine>): Promise<void> {
  let engine: Engine;
  try {
    engine = await start();
  } catch (error) {
    say({ refused: error instanceof Error ? error.message : String(error) } satisfies Refusal);
    return;
  }
  say({ kernels: engine.kernels, versions: engine.versions, workloads: WORKLOADS.filter((workload) => engine.calls[workload]), computes: true } satisfies Ready);
  for await (const line of readline.createInterface({ input: process.stdin })) say(await answer(engine, JSON.parse(line) as Request));
}

async function answer(engine: Engine, request: Request): Promise<object> {
  switch (request.ask) {
    case 'compute':
      return engine.compute();
    case 'measure': {
      const call = engine.calls[request.workload];
      if (!call) throw new Error(`This engine has no workload "${request.workload}".`);
      return { milliseconds: await cost(call, request.calls) } satisfies Measured;
    }
  }
}

async function cost(call: Call, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}

const say = (message: object): void => { process.stdout.write(`${JSON.stringify(message)}\n`); };

void main(process.argv.slice(2));
