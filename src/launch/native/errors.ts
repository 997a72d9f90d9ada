/** What keeps a native engine from being installed. */
import { LaunchError } from '../errors';

/** @see LaunchError: cause, place, next step. */
export class InstallError extends LaunchError {}

/** The user asked for it: nothing is left behind, and it is no failure to explain. */
export class InstallCancelled extends InstallError {
  constructor(place: string) {
    super('The installation was cancelled; nothing was left behind.', place, 'Start it again whenever you like.');
  }
}

export interface Cause {
  readonly cause: string;
  readonly next: string;
}
