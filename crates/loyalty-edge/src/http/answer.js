// A response, in one step. Headers are pairs as JSON, so that a value stays one whatever it holds: the runtime refuses it
// then. Most answers have those of the one before, and making them takes longer than all the rest.
let last;
let made;

export function response(status, headers, body) {
  if (headers !== last) [made, last] = [new Headers(Object.fromEntries(JSON.parse(headers))), headers];
  return new Response(body.length === 0 ? null : body.slice(), { status, headers: made });
}
