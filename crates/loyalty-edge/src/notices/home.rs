//! What an object of the books knows about the shop's endpoints, and which messages it makes for them.

use crate::account::transaction::atomically;
use crate::books::tables::{create, is_there};
use crate::digest;
use crate::http::problem::Failure;
use crate::json;
use crate::notices::endpoint::{Endpoint, Endpoints};
use crate::notices::kind::{self, Told};
use crate::notices::outbox::Delivery;
use crate::shop::clock;
use crate::sql::Sql;
use loyalty_wire::core::Entry;
use serde::Deserialize;
use serde_json::json;
use worker::Storage;

/// What an object knows about the shop's endpoints.
pub(crate) struct Home {
    /// Its own name, `{shop}/{digit}`: an object that its alarm has woken does not know it.
    name: String,
    pub(crate) endpoints: Endpoints,
    /// When it looks again at what will expire, milliseconds since 1970.
    pub(crate) look: i64,
    /// After which account it goes on.
    pub(crate) after: String,
}

impl Home {
    /// What is known; nothing where the shop never had an endpoint.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn of(sql: &Sql) -> Result<Option<Self>, Failure> {
        #[derive(Deserialize)]
        struct Row {
            name: String,
            endpoints: String,
            look: i64,
            after: String,
        }
        if !is_there(sql)? {
            return Ok(None);
        }
        let row: Option<Row> = sql.first("SELECT name, endpoints, look, after FROM notices", vec![])?;
        let Some(Row { name, endpoints, look, after }) = row else { return Ok(None) };
        let endpoints = json::read(&endpoints).map_err(Failure::unavailable)?;
        Ok(Some(Self { name, endpoints, look, after }))
    }

    /// Takes the shop's list, unless a later one is known. What waits for an endpoint that is off is given up, and what
    /// will expire is looked at anew.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn take(storage: &Storage, name: String, endpoints: &Endpoints) -> Result<(), Failure> {
        let sql = Sql::of(storage);
        create(storage, &sql)?;
        if Self::of(&sql)?.is_some_and(|known| known.endpoints.revision >= endpoints.revision) {
            return Ok(());
        }
        let list = serde_json::to_string(endpoints)?;
        let living: Vec<&str> =
            endpoints.all.iter().filter(|one| one.is_on()).map(|one| one.id.as_str()).collect();
        let living = serde_json::to_string(&living)?;
        Ok(atomically(storage, move || {
            sql.run(
                "INSERT INTO notices(id, name, endpoints, look, after) VALUES (1, ?, ?, 0, '') \
                 ON CONFLICT(id) DO UPDATE SET endpoints = excluded.endpoints, look = 0, after = ''",
                vec![name.into(), list.into()],
            )?;
            let one = || vec![living.as_str().into()];
            sql.run("DELETE FROM endpoint WHERE id NOT IN (SELECT value FROM json_each(?))", one())?;
            sql.run(
                "INSERT INTO endpoint(id, failures, since, peace) SELECT value, 0, 0, 0 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
                one(),
            )?;
            sql.run(
                "UPDATE delivery SET due = NULL, state = 'failed' WHERE due IS NOT NULL AND endpoint NOT IN (SELECT value FROM json_each(?))",
                one(),
            )
        })?)
    }

    pub(crate) fn shop(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// The endpoint of an id, if messages may go there.
    pub(crate) fn living(&self, id: &str) -> Option<&Endpoint> {
        self.endpoints.all.iter().find(|one| one.id == id && one.is_on())
    }

    /// What an entry is to be told, to whom.
    pub(crate) fn letters(&self, acct: &str, epoch: &str, entry: &Entry) -> Vec<Delivery> {
        let mut letters = vec![];
        for (index, told) in kind::told(entry).into_iter().enumerate() {
            let place = format!("{epoch}/{}/{index}", entry.seq);
            let at = entry.moment.at.get();
            for endpoint in self.endpoints.all.iter().filter(|one| one.was_there(at)) {
                letters.extend(self.letter(endpoint, acct, &place, at, told.clone()));
            }
        }
        letters
    }

    /// A message about what is at one place of an account's history, for ever under the same id; nothing for an endpoint
    /// that does not want it.
    pub(crate) fn letter(
        &self,
        to: &Endpoint,
        acct: &str,
        place: &str,
        at: i64,
        told: Told,
    ) -> Option<Delivery> {
        let (kind, mut data) = told;
        if !to.wants(kind) {
            return None;
        }
        let message = self.id("msg", &format!("{acct}/{place}"));
        data.insert("account".into(), acct.into());
        let now = clock::real();
        Some(Delivery {
            id: self.id("dlv", &format!("{message}/{}", to.id)),
            message,
            endpoint: to.id.clone(),
            kind: kind.as_str().into(),
            acct: acct.to_owned(),
            body: json!({ "type": kind, "timestamp": clock::text(at), "data": data }).to_string(),
            made: now,
            due: Some(now),
            failed: 0,
            state: "waiting".into(),
            attempts: "[]".into(),
        })
    }

    /// An id that names this object and follows from what it is of.
    fn id(&self, prefix: &str, of: &str) -> String {
        let digit = self.name.rsplit('/').next().unwrap_or_default();
        let hash = digest::hex(&digest::sha256(&[format!("{prefix}/{}/{of}", self.shop()).as_bytes()]));
        format!("{prefix}_{digit}{}", hash.get(..24).unwrap_or_default())
    }
}
