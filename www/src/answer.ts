// What the module answers: a row for each value that differs from the answer before, in the order in which the module's wire has
// its fields. `crates/loyalty-wire/src/packed/patch.rs` has an example.
import type { Choice, Earned, Limited, LinePoints, NextLevel, Preview, RewardOffer, Step, TakenReward, Tier, WalletChange } from './wire.js';

/** Reads one answer after the other. What is as it was is the same object in the next. */
export class AnswerReader {
  private before: Preview | undefined;

  /** What the module told, as an object that nothing changes later. */
  read(rows: string): Preview {
    const marks = rows.indexOf('\n');
    [told, mark, at, escaped] = [rows, 0, marks + 1, rows.includes('\\')];
    const answer = preview(this.before);
    // Read otherwise than it was written, it would be other points.
    if (mark !== marks || at !== told.length) throw new Error('not what was told');
    return (this.before = answer);
  }
}

// What is read now, and how far its marks and its rows: read faster than from an object that has them, and letter by letter
// faster than from a list of rows.
let told = '';
let mark = 0;
let at = 0;
/** Whether a text in it may have what JSON puts before a quote, a line feed and the like. */
let escaped = false;

const [LINE_FEED, ZERO, ONE, NINE] = [10, 48, 49, 57];

/** Whether there are rows for what may have been there before: `undefined` was not. */
function differs(before: unknown): boolean {
  return before === undefined || told.charCodeAt(mark++) === ONE;
}

function row(): string {
  let end = at;
  while (end < told.length && told.charCodeAt(end) !== LINE_FEED) end++;
  const written = told.slice(at, end);
  at = end + 1;
  return escaped ? (JSON.parse(`"${written}"`) as string) : written;
}

/** A whole number. Most are not negative, and have no more than the 15 digits that are added up exactly. */
function digits(): number {
  let [end, sum] = [at, 0];
  for (let letter = told.charCodeAt(end); letter >= ZERO && letter <= NINE; letter = told.charCodeAt(++end)) sum = sum * 10 + letter - ZERO;
  const short = end > at && end < at + 16 && told.charCodeAt(end) === LINE_FEED;
  if (!short) return Number(row());
  at = end + 1;
  return sum;
}

const text = <T extends string>(before?: T): T => (differs(before) ? (row() as T) : before!);
const number = (before?: number): number => (differs(before) ? digits() : before!);
const truth = (before?: boolean): boolean => (differs(before) ? row() === 'true' : before!);
/** A whole number that may be missing. */
function counted(before?: number | null): number | null {
  if (!differs(before)) return before!;
  if (told.charCodeAt(at) !== LINE_FEED) return digits();
  at++;
  return null;
}
const given = <T extends string>(before?: T | null): T | null => (differs(before) ? (row() as T) || null : before!);

function list<T>(before: T[] | undefined, item: (before?: T) => T): T[] {
  if (!differs(before)) return before!;
  const length = number(before?.length);
  const items = new Array<T>(length);
  for (let place = 0; place < length; place++) items[place] = item(before?.[place]);
  return items;
}

function maybe<T>(before: T | null | undefined, read: (before?: T) => T): T | null {
  return number(before === undefined ? undefined : before ? 1 : 0) ? read(before ?? undefined) : null;
}

const record = <T>(read: (before?: T) => T) => (before?: T): T => (differs(before) ? read(before) : before!);

const preview = record<Preview>((was) => ({
  programme: text(was?.programme),
  scale: number(was?.scale),
  points: number(was?.points),
  vests_on: given(was?.vests_on),
  waits_for: given(was?.waits_for),
  last_day: given(was?.last_day),
  steps: list(was?.steps, step),
  lines: list(was?.lines, line),
  more: list(was?.more, earned),
  currency: text(was?.currency),
  total: text(was?.total),
  redeemed: text(was?.redeemed),
  taken: list(was?.taken, taken),
  due: text(was?.due),
  available: number(was?.available),
  pending: number(was?.pending),
  available_after: number(was?.available_after),
  pending_after: number(was?.pending_after),
  wallets: list(was?.wallets, wallet),
  tier: maybe(was?.tier, tier),
  tier_after: maybe(was?.tier_after, tier),
  rewards: list(was?.rewards, offer),
}));

const step = record<Step>((before) => {
  const kind = text(before?.kind);
  const was = before?.kind === kind ? fields(before) : undefined;
  switch (kind) {
    case 'rate': return rate(was);
    case 'pieces': return { kind, rule: text(was?.rule), pieces: number(was?.pieces), points_per: number(was?.points_per), points: number(was?.points) };
    case 'order': return { kind, rule: text(was?.rule), points: number(was?.points) };
    case 'gift_cards': return { kind, rule: text(was?.rule), amount: text(was?.amount), points: number(was?.points) };
    case 'tier': return { kind, level: text(was?.level), multiplier: text(was?.multiplier), points: number(was?.points) };
    case 'campaign': return { kind, campaign: text(was?.campaign), multiplier: text(was?.multiplier), points: number(was?.points) };
    case 'limited': return { kind, by: text(was?.by), limit: text<Limited>(was?.limit), points: number(was?.points) };
  }
});

/** The fields of whichever kind a step is of. */
type Fields = Partial<Record<string, never>>;

function fields(step: Step): Fields {
  return step as object;
}

/** What it does not say has no field. */
function rate(was: Fields | undefined): Step {
  const step = {
    kind: 'rate', rule: text(was?.rule), amount: text(was?.amount), points_per: number(was?.points_per), per: text(was?.per), currency: text(was?.currency),
  } as Step & { kind: 'rate' };
  const [groups, carried] = [counted(was && (was.groups ?? null)), given(was && (was.carried ?? null))];
  if (groups !== null) step.groups = groups;
  if (carried !== null) step.carried = carried;
  step.points = number(was?.points);
  return step;
}

const line = record<LinePoints>((was) => ({ id: text(was?.id), points: number(was?.points) }));

const earned = record<Earned>((was) => ({
  wallet: text(was?.wallet),
  campaign: given(was?.campaign),
  points: number(was?.points),
  vests_on: given(was?.vests_on),
  waits_for: given(was?.waits_for),
  last_day: given(was?.last_day),
  steps: list(was?.steps, step),
}));

const taken = record<TakenReward>((was) => ({
  id: text(was?.id), name: given(was?.name), points: number(was?.points), value: text(was?.value),
}));

const wallet = record<WalletChange>((was) => ({
  id: text(was?.id),
  name: text(was?.name),
  scale: number(was?.scale),
  available: number(was?.available),
  pending: number(was?.pending),
  available_after: number(was?.available_after),
  pending_after: number(was?.pending_after),
}));

const tier = record<Tier>((was) => ({
  level: given(was?.level), name: given(was?.name), metric: text(was?.metric), progress: text(was?.progress), next: maybe(was?.next, nextLevel),
}));

const nextLevel = record<NextLevel>((was) => ({
  level: text(was?.level), name: text(was?.name), from: text(was?.from), missing: text(was?.missing),
}));

const offer = record<RewardOffer>((was) => ({
  id: text(was?.id),
  name: text(was?.name),
  kind: text(was?.kind),
  on_cart: truth(was?.on_cart),
  wallet: text(was?.wallet),
  points: number(was?.points),
  value: text(was?.value),
  ready: truth(was?.ready),
  code: given(was?.code),
  needs: given(was?.needs),
  has: given(was?.has),
  unit: given(was?.unit),
  missing: number(was?.missing),
  minimum: text(was?.minimum),
  choice: maybe(was?.choice, choice),
}));

const choice = record<Choice>((was) => ({
  most: number(was?.most), step: number(was?.step), rate_points: number(was?.rate_points), rate_value: text(was?.rate_value),
}));
