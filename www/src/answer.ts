// What the module answers: a row for each value, in the order in which the module's wire has its fields.
import type { Choice, Earned, LinePoints, NextLevel, Preview, RewardOffer, Step, TakenReward, Tier, WalletChange } from './wire.js';

/** Letters before rows: `]` for the next, `^` for the one behind it, and so on; `~` goes 33 further. */
const [NEXT, FAR] = [93, 126];
/** Behind all rows. */
const END = 2 ** 30;

/** A module's last answer, of which the next tells but the rows that differ. What is as it was is the same object. */
export class Answer {
  private rows: string[] = [];
  private parts: Part[] = [];

  /** What the module told, as an object that nothing changes later. */
  read(told: string): Preview {
    let rows = told.split('\n');
    // A text has what JSON puts before a quote, a line feed and the like.
    if (told.includes('\\')) rows = rows.map((row) => JSON.parse(`"${row}"`) as string);
    const which = rows[0]!;
    changed = [];
    if (!which && rows.length > 2) {
      this.rows = rows;
      this.parts = [];
    }
    for (let letter = 0, place = 0, row = 1; letter < which.length; letter++) {
      const code = which.charCodeAt(letter);
      place += code - NEXT;
      if (code === FAR) continue;
      this.rows[++place] = rows[row++]!;
      changed.push(place);
    }
    changed.push(END);
    values = this.rows;
    parts = this.parts;
    last = next = 0;
    return preview();
  }
}

/** A list or a record, and its last row; known by the row before it. */
interface Part {
  value: unknown;
  last: number;
}

// What is read now, and how far: read faster than from an object that has them.
let values: string[] = [];
let parts: Part[] = [];
let changed: number[] = [];
let [last, next] = [0, 0];

const text = <T extends string>(): T => values[++last] as T;
const number = (): number => +values[++last]!;
const truth = (): boolean => values[++last] === 'true';
const given = <T extends string>(): T | null => (values[++last] as T) || null;
const maybe = <T>(record: () => T): T | null => (number() ? part(record) : null);

function list<T>(item: () => T): T[] {
  return part(() => {
    const items: T[] = [];
    for (let left = number(); left; left--) items.push(part(item));
    return items;
  });
}

/** What stands behind the last row: what it was, where no row of it changed. */
function part<T>(read: () => T): T {
  while (changed[next]! <= last) next++;
  const known = parts[last];
  if (known && known.last < changed[next]!) {
    last = known.last;
    return known.value as T;
  }
  const before = last;
  const value = read();
  parts[before] = { value, last };
  return value;
}

const preview = (): Preview => ({
  programme: text(),
  scale: number(),
  points: number(),
  vests_on: given(),
  waits_for: given(),
  last_day: given(),
  steps: list(step),
  lines: list(line),
  more: list(earned),
  currency: text(),
  total: text(),
  redeemed: text(),
  taken: list(taken),
  due: text(),
  available: number(),
  pending: number(),
  available_after: number(),
  pending_after: number(),
  wallets: list(wallet),
  tier: maybe(tier),
  tier_after: maybe(tier),
  rewards: list(offer),
});

function step(): Step {
  const kind = text<Step['kind']>();
  switch (kind) {
    case 'rate': return rate();
    case 'pieces': return { kind, rule: text(), pieces: number(), points_per: number(), points: number() };
    case 'order': return { kind, rule: text(), points: number() };
    case 'gift_cards': return { kind, rule: text(), amount: text(), points: number() };
    case 'tier': return { kind, level: text(), multiplier: text(), points: number() };
    case 'campaign': return { kind, campaign: text(), multiplier: text(), points: number() };
    case 'limited': return { kind, by: text(), limit: text(), points: number() };
  }
}

/** What it does not say has no field. */
function rate(): Step {
  const told = { kind: 'rate', rule: text(), amount: text(), points_per: number(), per: text(), currency: text() } as Step & { kind: 'rate' };
  const [groups, carried] = [given(), given()];
  if (groups) told.groups = +groups;
  if (carried) told.carried = carried;
  told.points = number();
  return told;
}

const line = (): LinePoints => ({ id: text(), points: number() });

const earned = (): Earned => ({
  wallet: text(), campaign: given(), points: number(), vests_on: given(), waits_for: given(), last_day: given(), steps: list(step),
});

const taken = (): TakenReward => ({ id: text(), name: given(), points: number(), value: text() });

const wallet = (): WalletChange => ({
  id: text(), name: text(), scale: number(), available: number(), pending: number(), available_after: number(), pending_after: number(),
});

const tier = (): Tier => ({ level: given(), name: given(), metric: text(), progress: text(), next: maybe(nextLevel) });

const nextLevel = (): NextLevel => ({ level: text(), name: text(), from: text(), missing: text() });

const offer = (): RewardOffer => ({
  id: text(),
  name: text(),
  kind: text(),
  on_cart: truth(),
  wallet: text(),
  points: number(),
  value: text(),
  ready: truth(),
  code: given(),
  needs: given(),
  has: given(),
  unit: given(),
  missing: number(),
  minimum: text(),
  choice: maybe(choice),
});

const choice = (): Choice => ({ most: number(), step: number(), rate_points: number(), rate_value: text() });
