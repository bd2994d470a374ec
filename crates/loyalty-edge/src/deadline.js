// The last deadline. A module that panics is replaced, and the promises it has given out are never
// settled, nor do its own timers run; only JavaScript outside it can still answer the caller.

/** How often what is under way may go on before a timer is set: most answers wait for a count only, and take less than one. */
const TURNS = 16;

export async function within(answer, milliseconds, late) {
  let settled = false;
  const settle = () => (settled = true);
  answer.then(settle, settle);
  for (let turn = 0; turn < TURNS && !settled; turn += 1) await null;
  return settled ? answer : timed(answer, milliseconds, late);
}

function timed(answer, milliseconds, late) {
  let timer;
  const end = new Promise((resolve) => {
    timer = setTimeout(() => {
      const headers = { "Content-Type": "application/problem+json", "Cache-Control": "no-store", "Retry-After": "1" };
      resolve(new Response(late, { status: 503, headers }));
    }, milliseconds);
  });
  return Promise.race([answer, end]).finally(() => clearTimeout(timer));
}
