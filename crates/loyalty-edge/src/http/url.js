// An address in the normal form of the URL standard; nothing for what is none.
export const normal = (text) => (URL.canParse(text) ? new URL(text).href : undefined);
