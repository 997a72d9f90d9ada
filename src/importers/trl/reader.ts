/** Follows an output directory: the state is written anew each time, so it is read anew when it has changed. */
import type { Run } from '../../core/run/types';
import type { LogReader, ReadOptions } from '../contract';
import { toRun } from '../meaning';
import { trainerLog } from './model';
import { findState, placeVersion, readFolder } from './read';

/** A run that ended without a word has ended for certain by then. */
const QUIET_MS = 15 * 60_000;

export class TrainerReader implements LogReader {
  private version = '';
  private damagedVersion = '';
  private modifiedAt = 0;
  private run: Run | undefined;

  constructor(private readonly path: string) {}

  async refresh(options: ReadOptions = {}): Promise<readonly Run[] | undefined> {
    const place = await findState(this.path);
    const version = `${place.stateFile} ${await placeVersion(place)} ${this.isQuiet()}`;
    if (version === this.version) return undefined;
    const { folder, warnings, isDamaged } = await readFolder(place, this.path, options);
    // It is not replaced at once: half a file is met now and then, and the last good reading stands until the next look.
    if (isDamaged && this.run !== undefined && this.damagedVersion !== version) {
      this.damagedVersion = version;
      return undefined;
    }
    this.modifiedAt = folder.modifiedAt;
    this.version = `${version.slice(0, version.lastIndexOf(' '))} ${this.isQuiet()}`;
    this.run = toRun(trainerLog(folder, warnings));
    return [this.run];
  }

  private isQuiet(): boolean {
    return this.run !== undefined && this.run.status === 'running' && Date.now() - this.modifiedAt >= QUIET_MS;
  }
}
