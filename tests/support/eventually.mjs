// Waiting for what comes by itself. Whoever waits in vain hears of it.

/** Tries until it does not throw; at most `patience` ms, then throws as the last try did. */
export async function eventually(attempt, patience = 8_000) {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
