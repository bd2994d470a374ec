// The last deadline. A module that panics is replaced, and the promises it has given out are never
// settled, nor do its own timers run; only JavaScript outside it can still answer the caller.
export function within(answer, milliseconds, late) {
  let timer;
  const end = new Promise((resolve) => {
    timer = setTimeout(() => {
      const headers = { "Content-Type": "application/problem+json", "Cache-Control": "no-store", "Retry-After": "1" };
      resolve(new Response(late, { status: 503, headers }));
    }, milliseconds);
  });
  return Promise.race([answer, end]).finally(() => clearTimeout(timer));
}
