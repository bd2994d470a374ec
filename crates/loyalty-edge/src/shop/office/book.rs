//! What an office keeps: a few texts by name, and the publications.

use crate::http::problem::Failure;
use crate::json;
use crate::notices::endpoint::Endpoints;
use crate::shop::Shop;
use crate::shop::programme::publications::Publication;
use crate::sql::Sql;
use worker::{SqlStorageValue, Storage};

const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS text(name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS publication(id INTEGER PRIMARY KEY AUTOINCREMENT, version TEXT NOT NULL, currency TEXT NOT NULL, \
     starts INTEGER NOT NULL, at INTEGER NOT NULL) STRICT",
];

/// What everybody has a copy of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copied {
    /// Settings and keys, in KV.
    Settings,
    /// The publications in effect and ahead, in KV.
    Publications,
    /// Where the shop is told what happens, in the books.
    Endpoints,
}

impl Copied {
    pub(crate) const ALL: [Self; 3] = [Self::Settings, Self::Publications, Self::Endpoints];

    const fn name(self) -> &'static str {
        match self {
            Self::Settings => "due/settings",
            Self::Publications => "due/publications",
            Self::Endpoints => "due/endpoints",
        }
    }
}

/// The tables of one office.
pub(crate) struct Book(Sql);

impl Book {
    /// Opens the tables.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn of(storage: &Storage) -> Result<Self, Failure> {
        let book = Self(Sql::of(storage));
        TABLES.iter().try_for_each(|table| book.run(table, vec![]))?;
        Ok(book)
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<(), Failure> {
        Ok(self.0.run(statement, values)?)
    }

    fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        Ok(self.0.body("SELECT body FROM text WHERE name = ?", vec![name.into()])?)
    }

    fn put_text(&self, name: &str, body: &str) -> Result<(), Failure> {
        self.run(
            "INSERT INTO text(name, body) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET body = excluded.body",
            vec![name.into(), body.into()],
        )
    }

    /// The shop's settings and keys.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn shop(&self) -> Result<Option<Shop>, Failure> {
        let Some(id) = self.text("id")? else { return Ok(None) };
        let Some(body) = self.text("shop")? else { return Ok(None) };
        let shop: Shop = json::read(&body).map_err(Failure::unavailable)?;
        Ok(Some(Shop { id, ..shop }))
    }

    /// Writes the shop's settings and keys.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn put_shop(&self, shop: &Shop) -> Result<(), Failure> {
        self.put_text("id", &shop.id)?;
        self.put_text("shop", &serde_json::to_string(shop)?)
    }

    /// The draft of a programme.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn draft(&self) -> Result<Option<String>, Failure> {
        self.text("draft")
    }

    /// Writes the draft, or takes it away.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn put_draft(&self, draft: Option<&str>) -> Result<(), Failure> {
        match draft {
            Some(draft) => self.put_text("draft", draft),
            None => self.run("DELETE FROM text WHERE name = 'draft'", vec![]),
        }
    }

    /// Where the shop is told what happens.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn endpoints(&self) -> Result<Endpoints, Failure> {
        let known = self.text("endpoints")?.map(|body| json::read(&body)).transpose();
        Ok(known.map_err(Failure::unavailable)?.unwrap_or_default())
    }

    /// Writes where the shop is told what happens.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn put_endpoints(&self, endpoints: &Endpoints) -> Result<(), Failure> {
        self.put_text("endpoints", &serde_json::to_string(endpoints)?)
    }

    /// Whether it was changed since everybody got their copy.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn is_due(&self, what: Copied) -> Result<bool, Failure> {
        Ok(self.text(what.name())?.is_some())
    }

    /// Writes down that it was changed, or that everybody has their copy.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn put_due(&self, what: Copied, due: bool) -> Result<(), Failure> {
        match due {
            true => self.put_text(what.name(), ""),
            false => self.run("DELETE FROM text WHERE name = ?", vec![what.name().into()]),
        }
    }

    /// Every publication, in the order they were made.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn publications(&self) -> Result<Vec<Publication>, Failure> {
        Ok(self.0.rows("SELECT * FROM publication ORDER BY id", vec![])?)
    }

    /// Appends a publication; its id is given here.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn publish(&self, new: &Publication) -> Result<(), Failure> {
        self.run(
            "INSERT INTO publication(version, currency, starts, at) VALUES (?, ?, ?, ?)",
            vec![new.version.as_str().into(), new.currency.as_str().into(), new.starts.into(), new.at.into()],
        )
    }

    /// Takes a publication away.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) fn withdraw(&self, id: u32) -> Result<(), Failure> {
        self.run("DELETE FROM publication WHERE id = ?", vec![i64::from(id).into()])
    }
}
