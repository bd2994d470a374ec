// A question to an object, in one step: each step between the module and JavaScript costs more than what it does.

/** Status, whether it was kept under the request's key, and text of the answer; nothing when the time is over first. */
export async function ask(object, address, text, milliseconds) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  try {
    return await Promise.race([answer(object, address, text), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function answer(object, address, text) {
  const response = await object.fetch(address, { method: "POST", body: text });
  return [response.status, response.headers.has("Idempotency-Replayed"), await response.text()];
}
