/** What trying an engine out says; the training process prints it, whoever installs or looks reads it. */
import type { EngineName } from './engines';
import type { FoundEngine } from './folder';

export interface EngineTrial {
  readonly engine: EngineName;
  readonly version: string;
  /** Whose copy was tried; `program`: this program's own node_modules. Absent: it is nowhere. */
  readonly from?: FoundEngine['from'] | 'program';
  readonly folder?: string;
  readonly works: boolean;
  /** Why it does not work; absent when it does, and when it is not installed. */
  readonly reason?: string;
  /** Wall milliseconds of a small language-model step; absent where it does not work. */
  readonly stepMilliseconds?: number;
  /** The same step on WebAssembly, in the same process. */
  readonly wasmStepMilliseconds?: number;
}
