/** Entry of the `alignment-gap` command. */
import { endQuietlyOnBrokenPipe, processIo } from './io';
import { runCli } from './program';

endQuietlyOnBrokenPipe();
void runCli(process.argv.slice(2), processIo()).then((code) => {
  // Not process.exit: what is still on its way to a pipe must get there.
  process.exitCode = code;
});
