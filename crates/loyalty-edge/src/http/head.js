// What nearly every request is asked before its body, in one step: each step between the module and JavaScript costs more
// than what it does. A line each: method, address, whether there is a body, headers; those that are there after a colon.
export function head({ method, url, body, headers }) {
  const header = (name) => {
    const value = headers.get(name);
    return value === null ? "" : `:${value}`;
  };
  const told = [header("origin"), header("authorization"), header("loyalty-now")];
  return [method, url, body ? "body" : "", ...told].join("\n");
}
