/**
 * Loaded before the trainer (`node --require`): notes processor and wall time at each event that the trainer appends to its log,
 * so that the trainer itself needs no mark. The notes go to the file that BENCH_CLOCK names.
 */
const fs = require('node:fs');

const writeSync = fs.writeSync;
/** @param {unknown[]} args */
fs.writeSync = (...args) => {
  const text = Buffer.isBuffer(args[1]) || args[1] instanceof Uint8Array ? Buffer.from(args[1]).toString() : String(args[1]);
  const event = /^\{"event":"(\w+)"/.exec(text)?.[1];
  if (event) {
    const { user, system } = process.cpuUsage();
    fs.appendFileSync(process.env.BENCH_CLOCK ?? '', `${JSON.stringify({ event, processor: (user + system) / 1000, wall: performance.now() })}\n`);
  }
  return Reflect.apply(writeSync, fs, args);
};
