/**
 * A million lines of JSON as trainers write them, imported, beside the barest loop that streams and parses the same file, by
 * turns and by CPU time, so that other work on the machine counts little: goal 1.2. Then what 100 lines appended to a file of
 * 200 MB cost a follower: goal 1 ms. A `readline` loop, as most programs have it, stands beside for comparison.
 */
import { appendFileSync, createReadStream, createWriteStream, statSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';
import { follow, importLog } from '../../src/importers';
import { LineTail } from '../../src/importers/lineTail';
import { cpuSeconds, median } from './cpuTime';

const ROUNDS = 5;
const LINES = 1_000_000;
const GOAL = 1.2;
const APPENDED = 100;
const GOAL_MS = 1;
const LOOKS = 21;

const folder = process.argv[2] ?? '.';
const line = (step: number): string =>
  `{"step": ${step}, "loss": ${(1 / (step + 1)).toFixed(8)}, "learning_rate": 5e-07, "grad_norm": ${(step % 97) / 13}, "rewards/chosen": ${Math.sin(step)}, "rewards/rejected": ${Math.cos(step)}, "rewards/accuracies": 0.75, "rewards/margins": ${Math.sin(step) - Math.cos(step)}}\n`;

async function write(file: string, done: (lines: number, bytes: number) => boolean): Promise<void> {
  const out: WriteStream = createWriteStream(file);
  let bytes = 0;
  for (let lines = 0; !done(lines, bytes); ) {
    let text = '';
    for (let i = 0; i < 1000; i += 1, lines += 1) text += line(lines);
    bytes += text.length;
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

async function bare(file: string): Promise<void> {
  let rest = '';
  let lines = 0;
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const parts = (rest + (chunk as string)).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      JSON.parse(part);
      lines += 1;
    }
  }
  if (lines !== LINES) throw new Error(`parsed ${lines} lines of ${LINES}`);
}

async function withReadline(file: string): Promise<void> {
  for await (const text of readline.createInterface({ input: createReadStream(file), crlfDelay: Infinity })) JSON.parse(text);
}

async function imported(file: string): Promise<void> {
  const [run] = await importLog(file);
  if (run?.environment.rows !== LINES) throw new Error(`read ${String(run?.environment.rows)} rows of ${LINES}`);
}

async function compare(): Promise<boolean> {
  const file = path.join(folder, 'metrics.jsonl');
  await write(file, (lines) => lines >= LINES);
  const ways = { importer: imported, bare, readline: withReadline };
  const times: Record<keyof typeof ways, number[]> = { importer: [], bare: [], readline: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, work] of Object.entries(ways)) times[name as keyof typeof ways].push(await cpuSeconds(() => work(file)));
  }
  const ratios = times.importer.map((time, round) => time / (times.bare[round] ?? NaN));
  console.log(`${LINES} lines, ${(statSync(file).size / 1e6).toFixed(0)} MB, ${ROUNDS} rounds by turns, medians of CPU time`);
  for (const [name, of] of Object.entries(times)) console.log(`${name.padEnd(9)} ${median(of).toFixed(2)} s`);
  console.log(`importer ÷ bare loop ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}; goal ${GOAL})`);
  console.log(`largest memory so far ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
  return median(ratios) <= GOAL;
}

let written = 2_000_000;
const appendLines = (file: string): void => appendFileSync(file, Array.from({ length: APPENDED }, () => line((written += 1))).join(''));

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Reading alone, and the whole refresh of a follower, which also makes the run anew. */
async function append(): Promise<boolean> {
  const file = path.join(folder, 'long.jsonl');
  await write(file, (_, bytes) => bytes >= 200e6);
  const reading: number[] = [];
  const tail = new LineTail(file);
  const ignore = (): void => undefined;
  await tail.read(ignore, ignore);
  for (let look = 0; look < LOOKS; look += 1) {
    appendLines(file);
    let lines = 0;
    reading.push(await milliseconds(() => tail.read((text) => { JSON.parse(text ?? ''); lines += 1; }, ignore)));
    if (lines !== APPENDED) throw new Error(`read ${lines} lines of ${APPENDED}`);
  }
  // After the reading, not by turns with it: what a run made anew leaves behind is collected a moment later, and would count there.
  const whole: number[] = [];
  const follower = follow(file);
  await follower.refresh();
  for (let look = 0; look < LOOKS; look += 1) {
    appendLines(file);
    whole.push(await milliseconds(() => follower.refresh()));
  }
  console.log(`100 lines appended to ${(statSync(file).size / 1e6).toFixed(0)} MB: reading and parsing ${median(reading).toFixed(2)} ms (goal ${GOAL_MS}), the follower with its run made anew ${median(whole).toFixed(1)} ms; medians of ${LOOKS}`);
  return median(reading) < GOAL_MS;
}

async function main(): Promise<void> {
  const [isQuick, isCheap] = [await compare(), await append()];
  if (!isQuick || !isCheap) process.exitCode = 1;
}

void main();
