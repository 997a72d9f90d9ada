/** An engine in a process of its own, asked over JSON lines; one at a time works, the others wait without using the processor. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import readline from 'node:readline';
import type { Computed, Measured, Ready, Refusal, Request } from '../engine/contract';
import type { Workload } from '../workloads';

/** Thread pools that would otherwise take all cores. */
const ONE_THREAD = {
  OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1',
  TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1', TOKENIZERS_PARALLELISM: 'false',
};
const LAST_WORDS = 2000;
/** ms */
const PATIENCE = 3000;

export class EngineProcess {
  private errors = '';
  private readonly lines: AsyncIterator<string>;

  private constructor(readonly name: string, private readonly child: ChildProcessWithoutNullStreams, private readonly exited: Promise<string>) {
    child.stderr.on('data', (data: Buffer) => { this.errors = (this.errors + data.toString()).slice(-LAST_WORDS); });
    // An engine that died is told by the answer that does not come.
    child.stdin.on('error', () => undefined);
    this.lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Answers the engine's greeting, or why it cannot run. */
  static async start(name: string, command: readonly [string, ...string[]]): Promise<{ engine: EngineProcess; ready: Ready } | Refusal> {
    const [program, ...args] = command;
    const child = spawn(program, args, { env: { ...process.env, ...ONE_THREAD }, stdio: 'pipe' });
    const exited = new Promise<string>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('exit', (code, signal) => resolve(`it ended with ${signal ?? `code ${code ?? '?'}`}`));
    });
    const engine = new EngineProcess(name, child, exited);
    try {
      const greeting = (await engine.next()) as Ready | Refusal;
      if ('refused' in greeting) await engine.stop();
      return 'refused' in greeting ? greeting : { engine, ready: greeting };
    } catch (error) {
      await engine.stop();
      return { refused: error instanceof Error ? error.message : String(error) };
    }
  }

  compute(): Promise<Computed> {
    return this.ask<Computed>({ ask: 'compute' });
  }

  async measure(workload: Workload, calls: number): Promise<number> {
    return (await this.ask<Measured>({ ask: 'measure', workload, calls })).milliseconds;
  }

  /** An engine ends by itself when no more requests can come; one that does not is killed. */
  async stop(): Promise<void> {
    this.child.stdin.end();
    const late = setTimeout(() => this.child.kill(), PATIENCE);
    await this.exited;
    clearTimeout(late);
  }

  private ask<T>(request: Request): Promise<T> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.next() as Promise<T>;
  }

  private async next(): Promise<unknown> {
    const line = await this.lines.next();
    if (!line.done) return JSON.parse(line.value);
    throw new Error(`${this.name} stopped answering: ${await this.exited}${this.errors ? `; its last words:\n${this.errors.trim()}` : ''}`);
  }
}
