//! The stored forms of what the shop named, of sales and of what all members share.

use super::VERSION;
use crate::form::Form;
use crate::read::record;
use crate::text::{As, Whole};
use loyalty_core as core;
use loyalty_core::{Code, Day, LotId, OrderId, Points, WalletId};

record! {
    /// The advocate's side of a referral.
    pub struct FriendRecord {
        /// Storage version, 1.
        v: u32,
        /// The friend's order.
        order: As<OrderId>,
        /// The lot of the advocate's points.
        lot: u64,
        /// How many points.
        points: Whole,
        /// The day on which it counts towards levels.
        day: As<Day>,
        /// Whether they were taken back.
        revoked: bool,
    }
}

record! {
    /// Something that the shop named, so that it counts once.
    pub struct NamedRecord {
        /// Storage version, 1.
        v: u32,
        /// Of a bonus: its lot.
        lot: Option<u64>,
    }
}

record! {
    /// A sale to another member.
    pub struct SaleRecord {
        /// Storage version, 1.
        v: u32,
        /// The buyer's entry that was heard last.
        seq: u64,
        /// The lots it made, and what they are worth now.
        lots: Option<Vec<SaleLot>>,
    }
}

record! {
    /// A lot of a sale.
    pub struct SaleLot {
        /// Which lot.
        lot: u64,
        /// Of which wallet.
        wallet: As<WalletId>,
        /// What it is worth now.
        points: Whole,
    }
}

record! {
    /// How much is used of something that all members share.
    pub struct SharedRecord {
        /// Storage version, 1.
        v: u32,
        /// How much.
        count: i64,
    }
}

impl Form<core::FriendRecord> for FriendRecord {
    fn of(friend: &core::FriendRecord) -> Self {
        Self {
            v: VERSION,
            order: As(friend.order.clone()),
            lot: friend.lot,
            points: Whole(friend.points),
            day: As(friend.day),
            revoked: friend.revoked,
        }
    }

    fn restore(self) -> Result<core::FriendRecord, Code> {
        Ok(core::FriendRecord {
            order: self.order.0,
            lot: self.lot,
            points: self.points.0,
            day: self.day.0,
            revoked: self.revoked,
        })
    }
}

impl Form<Option<LotId>> for NamedRecord {
    fn of(lot: &Option<LotId>) -> Self {
        Self { v: VERSION, lot: *lot }
    }

    fn restore(self) -> Result<Option<LotId>, Code> {
        Ok(self.lot)
    }
}

impl Form<core::SaleRecord> for SaleRecord {
    fn of(sale: &core::SaleRecord) -> Self {
        Self { v: VERSION, seq: sale.seq, lots: Form::of(&sale.lots) }
    }

    fn restore(self) -> Result<core::SaleRecord, Code> {
        Ok(core::SaleRecord { seq: self.seq, lots: self.lots.restore()? })
    }
}

impl Form<(LotId, WalletId, Points)> for SaleLot {
    fn of((lot, wallet, points): &(LotId, WalletId, Points)) -> Self {
        Self { lot: *lot, wallet: As(wallet.clone()), points: Whole(*points) }
    }

    fn restore(self) -> Result<(LotId, WalletId, Points), Code> {
        Ok((self.lot, self.wallet.0, self.points.0))
    }
}

impl Form<i64> for SharedRecord {
    fn of(count: &i64) -> Self {
        Self { v: VERSION, count: *count }
    }

    fn restore(self) -> Result<i64, Code> {
        Ok(self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Read, document};
    use crate::write::Write;

    #[track_caller]
    fn check<T, F: Form<T> + Read + Write>(text: &str) {
        let value: T = document::<F>(&crate::parse(text).unwrap()).unwrap().restore().unwrap();
        assert_eq!(F::of(&value).to_json(), text);
    }

    #[test]
    fn every_record_reads_back_what_it_writes() {
        let friend = r#"{"v":1,"order":"1","lot":2,"points":50,"day":"2026-01-31","revoked":true}"#;
        check::<core::FriendRecord, FriendRecord>(friend);
        check::<Option<LotId>, NamedRecord>(r#"{"v":1}"#);
        check::<Option<LotId>, NamedRecord>(r#"{"v":1,"lot":3}"#);
        check::<core::SaleRecord, SaleRecord>(r#"{"v":1,"seq":4}"#);
        let sale = r#"{"v":1,"seq":4,"lots":[{"lot":3,"wallet":"points","points":0}]}"#;
        check::<core::SaleRecord, SaleRecord>(sale);
        check::<i64, SharedRecord>(r#"{"v":1,"count":-3}"#);
    }
}
