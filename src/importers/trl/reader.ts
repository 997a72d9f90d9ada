/** Follows an output directory: the state is written anew each time, so it is read anew when it has changed. */
import type { LogReader, RawLog, ReadOptions } from '../contract';
import { trainerLog } from './model';
import { findState, placeVersion, readFolder } from './read';

export class TrainerReader implements LogReader {
  /** Of what was read last; empty before. */
  private version = '';
  private damagedVersion = '';

  constructor(private readonly path: string) {}

  async refresh(options: ReadOptions = {}): Promise<readonly RawLog[] | undefined> {
    const place = await findState(this.path);
    const version = `${place.stateFile} ${await placeVersion(place)}`;
    if (version === this.version) return undefined;
    const { folder, warnings, isDamaged } = await readFolder(place, this.path, options);
    // It is not replaced at once: half a file is met now and then, and the last good reading stands until the next look.
    if (isDamaged && this.version !== '' && this.damagedVersion !== version) {
      this.damagedVersion = version;
      return undefined;
    }
    this.version = version;
    return [trainerLog(folder, warnings)];
  }
}
