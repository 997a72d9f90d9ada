/**
 * The programs that the workbench tests run: found by the scripts that start them and handed over in the environment,
 * so that the same journeys can run on another version of the VS Code server without a change here.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The clone. The scripts start every test process there, because a bundled module no longer knows its own folder. */
export const repository = process.cwd();
export const results = path.join(repository, 'test-results');

export interface Toolchain {
  /** The Node that runs code-server (24 for the pinned version). */
  readonly node: string;
  /** code-server's entry module. */
  readonly codeServer: string;
  readonly chromium: string;
}

export function toolchain(): Toolchain {
  return {
    node: program('ALIGNMENT_GAP_NODE'),
    codeServer: program('ALIGNMENT_GAP_CODE_SERVER'),
    chromium: program('ALIGNMENT_GAP_CHROMIUM'),
  };
}

function program(variable: string): string {
  const file = process.env[variable];
  if (file === undefined || !existsSync(file)) {
    throw new Error(`${variable} is ${file === undefined ? 'not set' : `${file}, which is not there`}: run "npm test -- --only toolchain", then start the tests with npm.`);
  }
  return file;
}
