import fc from 'fast-check';
import { HOME_VARIABLE } from '../../src/engines';
import { NO_ENGINES } from '../fixtures/nativeEngines';

// The same examples every time, so that a red run is red for its change. FAST_CHECK_SEED=1234 tries others.
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20240514) });

// Tests train with what they name, not with what the person who runs them happens to have installed.
process.env[HOME_VARIABLE] ??= NO_ENGINES;
