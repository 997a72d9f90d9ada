import fc from 'fast-check';

// The same examples every time, so that a red run is red for its change. FAST_CHECK_SEED=1234 tries others.
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20240514) });
