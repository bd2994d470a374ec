// An answer's text as an object. Its long lists, most of it, are parsed when they are first read. Each is a property
// like any other, so that copies, JSON and `structuredClone` of the object have them.
import type { Preview } from './wire.js';

/** What `JSON.parse` would make of it. */
export function opened(text: string): Preview {
  // A quote within a text has a backslash before it, so each of these stands only where it is meant.
  const steps = text.indexOf(',"steps":[');
  const lines = text.indexOf('],"lines":[', steps);
  const more = text.indexOf('],"more":[', lines);
  const rest = text.indexOf('],"currency":', more);
  const rewards = text.indexOf(',"rewards":[', rest);
  const read = <T>(name: keyof Preview, from: number, to: number): T => {
    const value = JSON.parse(text.slice(from, to)) as T;
    Object.defineProperty(answer, name, { value, enumerable: true, configurable: true, writable: true });
    return value;
  };
  const answer: Preview = {
    ...JSON.parse(text.slice(0, steps) + '}'),
    get steps() { return read('steps', steps + 9, lines + 1); },
    get lines() { return read('lines', lines + 10, more + 1); },
    get more() { return read('more', more + 9, rest + 1); },
    ...JSON.parse('{' + text.slice(rest + 2, rewards) + '}'),
    get rewards() { return read('rewards', rewards + 11, -1); },
  };
  return answer;
}
