// A value into KV, in one step.

/** `options` is JSON text, or nothing. */
export const put = (env, key, text, options) => env.LEDGER.put(key, text, options && JSON.parse(options));
