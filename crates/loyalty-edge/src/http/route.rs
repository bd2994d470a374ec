//! What a line of the route table is made of.

use crate::http::answer::Answer;
use crate::http::auth::Who;
use crate::http::call::Call;
use crate::http::problem::Failure;
use crate::shop::Shop;
use futures_util::future::LocalBoxFuture;

/// A handler at work.
pub(crate) type Running<'a> = LocalBoxFuture<'a, Result<Answer, Failure>>;

/// What runs for a route.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// It speaks of no shop, or of one that need not be known.
    Alone(fn(Call) -> Running<'static>),
    /// It speaks of the shop that the path names.
    InShop(for<'a> fn(Call, &'a Shop) -> Running<'a>),
}

/// A handler `async fn(Call)`.
macro_rules! alone {
    ($handler:path) => {
        $crate::http::route::Run::Alone(|call| Box::pin($handler(call)))
    };
}

/// A handler `async fn(Call, &Shop)`.
macro_rules! in_shop {
    ($handler:path) => {
        $crate::http::route::Run::InShop(|call, shop| Box::pin($handler(call, shop)))
    };
}

pub(crate) use {alone, in_shop};

/// One line of a table.
pub struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// How many segments the path has, with the empty one before it.
    pub(crate) depth: usize,
    pub(crate) who: Who,
    pub(crate) run: Run,
    /// It looks at a whole history, and may take a minute.
    pub(crate) long: bool,
    #[cfg(test)]
    pub(crate) told: Told,
}

/// What the published description says of a route. The Worker itself has no use for it.
#[cfg(test)]
#[derive(Clone, Copy, Default)]
pub(crate) struct Told {
    pub(crate) does: &'static str,
    pub(crate) asks: &'static str,
    pub(crate) takes: &'static str,
    pub(crate) gives: &'static str,
    pub(crate) refuses: &'static str,
    pub(crate) keyed: bool,
}

/// Words that are there in tests, where the description is made, and nowhere else.
macro_rules! told {
    ($($(#[doc = $doc:literal])* $field:ident: $type:ty),* $(,)?) => {
        $(
            $(#[doc = $doc])*
            #[cfg(test)]
            pub(crate) const fn $field(mut self, $field: $type) -> Self {
                self.told.$field = $field;
                self
            }

            $(#[doc = $doc])*
            #[cfg(not(test))]
            pub(crate) const fn $field(self, _: $type) -> Self {
                self
            }
        )*
    };
}

/// The segments of a path.
const fn depth(path: &[u8]) -> usize {
    match path {
        [] => 1,
        [b'/', rest @ ..] => 1 + depth(rest),
        [_, rest @ ..] => depth(rest),
    }
}

impl Route {
    /// It looks at a whole history, and may take a minute.
    pub(crate) const fn long(mut self) -> Self {
        self.long = true;
        self
    }

    pub(crate) const fn new(method: &'static str, path: &'static str, who: Who, run: Run) -> Self {
        Self {
            method,
            path,
            depth: depth(path.as_bytes()),
            who,
            run,
            long: false,
            #[cfg(test)]
            told: Told { does: "", asks: "", takes: "", gives: "", refuses: "", keyed: false },
        }
    }

    told! {
        /// What it does, in a line. A second sentence becomes the description.
        does: &'static str,
        /// The query it takes, as fields of a [shape](crate::http::openapi::shape).
        asks: &'static str,
        /// The body it takes, as a [shape](crate::http::openapi::shape).
        takes: &'static str,
        /// Its answers: status and [shape](crate::http::openapi::shape), with `;` between them.
        gives: &'static str,
        /// The codes it refuses with, beside those that follow from its path, its caller and its body.
        refuses: &'static str,
        /// Whether it wants an `Idempotency-Key`.
        keyed: bool,
    }
}
