/**
 * Megabytes a second of an event file as trainers write them (one scalar of some sixty bytes a record), by CPU time, so that
 * other work on the machine counts little; the same file is read and hashed in turn with it. Goal: 100 MB/s on one core.
 */
import { createHash } from 'node:crypto';
import { createReadStream, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EventFileTail } from '../../src/importers/tensorboard/read';
import { eventFile, scalars } from '../unit/importers/support/eventWriter';
import { cpuSeconds, median } from './cpuTime';

const ROUNDS = 7;
const GOAL = 100;
const TAGS = ['loss', 'grad_norm', 'learning_rate', 'rewards/chosen', 'rewards/rejected', 'rewards/accuracies', 'rewards/margins', 'logps/chosen'];
const STEPS = 130_000;

const file = path.join(process.argv[2] ?? '.', 'events.out.tfevents.1700000000.bench');
writeFileSync(file, eventFile(Array.from({ length: STEPS }, (_, step) => TAGS.flatMap((tag) => scalars(`train/${tag}`, [[step, step / 7]]))).flat()));
const megabytes = statSync(file).size / 1e6;

async function read(): Promise<void> {
  const tail = new EventFileTail(file);
  await tail.refresh();
  if (tail.file.records !== STEPS * TAGS.length + 1) throw new Error(`read ${tail.file.records} records of ${STEPS * TAGS.length + 1}`);
}

async function hash(): Promise<void> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) digest.update(chunk as Buffer);
  digest.digest();
}

async function main(): Promise<void> {
  const reads: number[] = [];
  const hashes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    reads.push(await cpuSeconds(read));
    hashes.push(await cpuSeconds(hash));
  }
  const speed = megabytes / median(reads);
  console.log(`${megabytes.toFixed(1)} MB, ${STEPS * TAGS.length + 1} records, ${ROUNDS} rounds, medians of CPU time`);
  console.log(`read, checksums verified   ${speed.toFixed(0)} MB/s   (best ${(megabytes / Math.min(...reads)).toFixed(0)}; goal ${GOAL})`);
  console.log(`read and hashed (SHA-256)  ${(megabytes / median(hashes)).toFixed(0)} MB/s`);
  console.log(`ratio of the times         ${(median(reads) / median(hashes)).toFixed(2)}`);
  if (speed < GOAL) process.exitCode = 1;
}

void main();
