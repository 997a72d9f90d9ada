/** Entry of dist/logs-worker.js: reads other trainers' logs in a thread of its own. */
import { parentPort } from 'node:worker_threads';
import { LogReading } from './reading';
import type { ToLogThread } from './requests';

const reading = new LogReading((message, transfer) => parentPort?.postMessage(message, transfer));
parentPort?.on('message', (message: ToLogThread) => reading.take(message));
