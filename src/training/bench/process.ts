/** The `bench` command of the training process: measures what its first line asks for, then, at each further line, itself beside others. */
import { createInterface } from 'node:readline';
import type { BenchAnswer, BenchRequest } from '../../core/estimate/messages';
import { measureSpeeds } from './speeds';
import { comparedStep, measureStudy, prepare } from './study';
import { timeStep, warmUp } from './timer';

/** Exit code: 0; what goes wrong is thrown. */
export async function runBench(): Promise<number> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true) throw new Error('trainer bench reads what to measure, as one line of JSON, from standard input, and there was none');
  const request = JSON.parse(first.value) as BenchRequest;
  if (request.kind === 'speeds') {
    await say(await measureSpeeds(request));
    return 0;
  }
  const prepared = await prepare(request.config);
  const step = comparedStep(prepared);
  if (request.kind === 'study') await say({ kind: 'study', ...(await measureStudy(prepared, request.seconds)) });
  // What is compared is processes at their lasting pace: a few steps have compiled little of what runs.
  await warmUp(step);
  await timeStep(step, request.seconds);
  if (request.kind === 'companion') await say({ kind: 'companion' });
  while ((await lines.next()).done !== true) await say({ kind: 'compared', seconds: (await timeStep(step, request.seconds)).wall });
  return 0;
}

/** Resolves when the line is out: the process may exit right after, and a pipe may be slow. */
const say = (answer: BenchAnswer): Promise<void> => new Promise((resolve) => { process.stdout.write(`${JSON.stringify(answer)}\n`, () => resolve()); });
