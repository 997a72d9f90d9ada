/** Entry of the `alignment-gap` command. */
import { handleBrokenStreams, processIo } from './io';
import { runCli } from './program';

handleBrokenStreams();
void runCli(process.argv.slice(2), processIo()).then((code) => {
  // Not process.exit: what is still on its way to a pipe must get there.
  process.exitCode = code;
});
