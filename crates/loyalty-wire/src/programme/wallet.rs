//! Wallets proved.

use crate::document::{Document, ExpiryRules, Length, VestingRules, WalletRules};
use crate::programme::proof::{LONGEST, Proof, setting};
use crate::read::Path;
use loyalty_core::{Boundary, Code, Expiry, Vesting, Wallet, WalletKind};

/// The most wallets beside the main one.
const MOST_WALLETS: usize = 9;
/// The most digits that are shown behind the point.
const LARGEST_SCALE: u32 = 4;

impl Proof<'_> {
    /// All wallets, the main one first.
    pub(super) fn wallets(&mut self, document: &Document) -> Option<Vec<Wallet>> {
        let root = Path::Root;
        let at = root.field("points");
        let given = document.points.as_ref();
        let name = given.and_then(|points| points.name.as_deref()).unwrap_or("Points");
        let vesting = self.vesting(document.vesting.as_ref(), &root.field("vesting"));
        let expiry = self.expiry(document.expiry.as_ref(), &root.field("expiry"));
        let main = Wallet {
            id: self.main.clone(),
            name: self.name(name, &at),
            scale: self.scale(given.and_then(|points| points.scale), &at),
            kind: WalletKind::Points,
            spend: setting(given.and_then(|points| points.spend.as_ref())),
            issuer: given.and_then(|points| points.issuer.as_ref()).map(|issuer| issuer.0.clone()),
            vesting,
            expiry: expiry.unwrap_or_default(),
        };
        let further = self.each(document.wallets.as_ref(), "wallets", MOST_WALLETS, Self::wallet);
        expiry?;
        Some(core::iter::once(main).chain(further?).collect())
    }

    fn wallet(&mut self, rules: &WalletRules, at: &Path<'_>) -> Option<Wallet> {
        let kind = setting(rules.kind.as_ref());
        let scale = match kind {
            WalletKind::Points => self.scale(rules.scale, at),
            WalletKind::Certificates => {
                self.unused(rules.scale.is_some(), &at.field("scale"));
                self.currency.minor()
            }
        };
        let name = self.name(&rules.name, at);
        let vesting = self.vesting(rules.vesting.as_ref(), &at.field("vesting"));
        let expiry = self.expiry(rules.expiry.as_ref(), &at.field("expiry"));
        Some(Wallet {
            id: rules.id.0.clone(),
            name,
            scale,
            kind,
            spend: setting(rules.spend.as_ref()),
            issuer: rules.issuer.as_ref().map(|issuer| issuer.0.clone()),
            vesting,
            expiry: expiry?,
        })
    }

    fn scale(&mut self, given: Option<u32>, at: &Path<'_>) -> u32 {
        self.number(given, 0, (0, LARGEST_SCALE), &at.field("scale"))
    }

    fn vesting(&mut self, rules: Option<&VestingRules>, at: &Path<'_>) -> Vesting {
        let Some(rules) = rules else { return Vesting::default() };
        Vesting {
            days: self.number(rules.days, 0, (0, LONGEST), &at.field("days")),
            from: setting(rules.from.as_ref()),
            on: rules.on.as_ref().map(|day| day.0),
            threshold: self.at_least_one(rules.threshold, &at.field("threshold")).unwrap_or_default(),
        }
    }

    fn expiry(&mut self, rules: Option<&ExpiryRules>, at: &Path<'_>) -> Option<Expiry> {
        let Some(rules) = rules else { return Some(Expiry::default()) };
        let inactivity =
            self.some(rules.inactivity.as_ref(), |proof, length| proof.span(length, &at.field("inactivity")));
        let after = match (rules.days, rules.months) {
            (None, None) => None,
            (days, months) => Some(self.span(&Length { days, months }, at)?),
        };
        let period = rules.until_end_of.as_ref().map(|period| period.0);
        let boundary = setting(rules.boundary.as_ref());
        if after.is_none() && (period.is_some() || boundary == Boundary::Instant) {
            return self.faults.check(at, Err(Code::Missing));
        }
        Some(Expiry {
            after,
            period,
            on: rules.on.as_ref().map(|day| day.0),
            inactivity: inactivity?,
            boundary,
        })
    }
}
