/** Entry of dist/analysis-worker.js: the bootstrap analyses, in a thread of their own. */
import { parentPort } from 'node:worker_threads';
import { carryOut, type AnalysisRequest } from './requests';

parentPort?.on('message', (request: AnalysisRequest) => parentPort?.postMessage(carryOut(request)));
