// Whether a limit takes one more, in one step; nothing where it is not bound. What does not count must not refuse either.
export const take = (env, binding, key) =>
  env[binding]?.limit({ key }).then(
    ({ success }) => success,
    () => true,
  );
