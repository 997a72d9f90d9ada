/** What shaped the numbers without being set: engine, versions, machine. Written into each run's manifest. */
import os from 'node:os';
import type { EngineInfo } from '../core/run/events';
import type { BackendInfo } from './backend/start';

export const engineInfo = (backend: BackendInfo): EngineInfo => ({
  backend: backend.name,
  tfjs: backend.version,
  kernels: backend.kernels,
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
  cpu: os.cpus()[0]?.model ?? 'unknown',
});
