//! Refusals as people and programs read them: RFC 9457 problems, one status for each code.

use crate::http::answer::Answer;
use core::fmt;
use loyalty_ledger::{Trouble, status};
use loyalty_wire::{Fault, Problem};
use serde_json::{Map, Value};

macro_rules! own {
    ($($(#[doc = $doc:literal])* $variant:ident = $status:literal $text:literal),* $(,)?) => {
        /// A refusal of the edge itself, before or instead of a decision. The code, and nothing else, decides the status
        /// of the answer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Own {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Own {
            /// The code's stable text.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The status of the answer.
            pub(crate) const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }
        }

        #[cfg(test)]
        impl Own {
            /// Every code.
            pub(crate) const ALL: &'static [Own] = &[$(Own::$variant),*];

            /// What it means, and who mends it, for people.
            pub(crate) const fn explain(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),*).trim_ascii()),* }
            }
        }
    };
}

own! {
    /// The request is not what the route takes. The sender mends it.
    Malformed = 400 "malformed",
    /// The request changes an account and has no `Idempotency-Key`. The sender adds one.
    IdempotencyKeyMissing = 400 "idempotency_key_missing",
    /// The `Idempotency-Key` is not 1 to 255 of `A-Z a-z 0-9 . _ : -`. The sender chooses another.
    IdempotencyKeyInvalid = 400 "idempotency_key_invalid",
    /// The key or token is missing, wrong or out of date. The caller gets a new one.
    Unauthorised = 401 "unauthorised",
    /// The token is of another shop, or the origin is not on the shop's list.
    Forbidden = 403 "forbidden",
    /// No such route, shop, version or code. The sender corrects the address.
    NotFound = 404 "not_found",
    /// The shop has not published a programme. The shop publishes one.
    ProgrammeMissing = 404 "programme_missing",
    /// The shop has no draft of a programme. The shop writes one.
    DraftMissing = 404 "draft_missing",
    /// The route takes another method; `Allow` names them.
    MethodNotAllowed = 405 "method_not_allowed",
    /// It is the shop's last API key. The shop makes another first.
    LastKey = 409 "last_key",
    /// The shop has as many API keys as it may. The shop takes one away first.
    KeyLimit = 409 "key_limit",
    /// The shop has as many endpoints as it may. The shop takes one away first.
    EndpointLimit = 409 "endpoint_limit",
    /// The endpoint was taken away, or takes nothing any more. The shop enables it, or makes another.
    EndpointDisabled = 409 "endpoint_disabled",
    /// The publication is in effect, or was. The shop publishes another version.
    PublicationBegun = 409 "publication_begun",
    /// The period to be settled is not over. The same request may be sent once it is.
    PeriodOpen = 409 "period_open",
    /// The period is part of a settlement that was closed. What comes late is settled with the next.
    SettlementClosed = 409 "settlement_closed",
    /// The account, or one of its orders, would take more than can be stored: 1.9 MB of text. The sender sends less at
    /// once.
    AccountFull = 409 "account_full",
    /// The account's object has a history, so none is restored into it. There is nothing to mend.
    AccountNotEmpty = 409 "account_not_empty",
    /// The body is longer than 256 KB. The sender sends less.
    BodyTooLarge = 413 "body_too_large",
    /// The publication's start is not to come, or too many wait for their day. The shop chooses another.
    PublicationInvalid = 422 "publication_invalid",
    /// A field of the shop's settings cannot be used. The administrator corrects it.
    ShopInvalid = 422 "shop_invalid",
    /// A personal field is not on the list, or its value cannot be one. The sender mends it.
    ProfileInvalid = 422 "profile_invalid",
    /// A file of corrections has faults; they say where. Nothing of it is booked. The sender mends the file.
    ImportInvalid = 422 "import_invalid",
    /// A webhook's secret cannot be used. The shop corrects it.
    HookInvalid = 422 "hook_invalid",
    /// An endpoint's address or what it is to be told cannot be used. The shop corrects it.
    EndpointInvalid = 422 "endpoint_invalid",
    /// Too many requests at once. The sender waits for the seconds of `Retry-After`.
    RateLimited = 429 "rate_limited",
    /// The account has a history elsewhere that this object does not know. People have to look.
    HistoryExists = 503 "history_exists",
    /// The account's history in KV is not whole, and nothing was restored. People have to look.
    HistoryDamaged = 503 "history_damaged",
    /// Something this answer needs did not answer. The same request may succeed later.
    Unavailable = 503 "unavailable",
}

impl Own {
    /// Whether the very same request may succeed later.
    const fn retryable(self) -> bool {
        matches!(self, Self::Unavailable | Self::RateLimited)
    }
}

/// Why a request is not carried out. Small, as every result carries it.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// The decision refused it.
    Wire(Box<Problem>),
    /// The edge refused it.
    Own(Own, String),
    /// The route takes other methods; their list goes into `Allow`.
    Method(String),
    /// An object refused it; its answer is passed on.
    Passed(Box<Answer>),
}

impl Failure {
    /// A refusal of the decision.
    pub(crate) fn wire(problem: impl Into<Problem>) -> Self {
        Self::Wire(Box::new(problem.into()))
    }

    /// An object's refusal.
    pub(crate) fn passed(answer: Answer) -> Self {
        Self::Passed(Box::new(answer))
    }

    /// A refusal of the edge.
    pub(crate) fn own(code: Own, detail: impl Into<String>) -> Self {
        Self::Own(code, detail.into())
    }

    /// A refused command. The sender knows the command's fields, not the request they came in.
    pub(crate) fn command(problem: Problem) -> Self {
        Self::placed(problem, |path| path.strip_prefix("/command").unwrap_or(path).to_owned())
    }

    /// A faulty value of one field of the body.
    pub(crate) fn field(name: &str, problem: Problem) -> Self {
        Self::placed(problem, |path| format!("/{name}{path}"))
    }

    fn placed(problem: Problem, place: impl Fn(&str) -> String) -> Self {
        let faults = problem.faults.iter().map(|fault| Fault { path: place(&fault.path), code: fault.code });
        Self::wire(Problem { faults: faults.collect(), ..problem })
    }

    /// Something did not answer; `what` goes to the log, not to the caller.
    pub(crate) fn unavailable(what: impl core::fmt::Display) -> Self {
        worker::console_error!("unavailable: {what}");
        Self::late()
    }

    /// Something did not answer in time.
    pub(crate) fn late() -> Self {
        Self::own(Own::Unavailable, "something this answer needs did not answer; try again")
    }

    /// An object was asked what its class does not know.
    pub(crate) fn unknown_question() -> Self {
        Self::own(Own::NotFound, "the object does not know this question")
    }

    /// The answer.
    pub(crate) fn answer(&self) -> Answer {
        match self {
            Self::Passed(answer) => (**answer).clone(),
            Self::Wire(problem) => Answer::json(status(problem.code), wire_text(problem, false)),
            Self::Own(code, detail) => own(*code, detail),
            Self::Method(allow) => {
                own(Own::MethodNotAllowed, &format!("this route takes {allow}")).with("Allow", allow.as_str())
            }
        }
        .with("Content-Type", "application/problem+json")
    }
}

fn own(code: Own, detail: &str) -> Answer {
    let mut fields = Map::new();
    fields.insert("detail".into(), detail.into());
    let answer =
        Answer::json(code.status(), complete(fields, code.as_str(), code.status(), code.retryable()));
    match code {
        Own::Unauthorised => answer.with("WWW-Authenticate", "Bearer"),
        Own::Unavailable => answer.with("Retry-After", "1"),
        _ => answer,
    }
}

/// The text of a decision's refusal. `keyed`: the answer is kept under its idempotency key, so only a
/// new key can lead to another one.
pub(crate) fn wire_text(problem: &Problem, keyed: bool) -> String {
    let mut fields = Map::new();
    fields.insert("detail".into(), detail(problem).into());
    if let Some(about) = &problem.about {
        fields.insert("about".into(), about.as_str().into());
    }
    for (name, figure) in [("needs", &problem.needs), ("has", &problem.has)] {
        if let Some(figure) = figure {
            fields.insert(name.into(), figure.as_str().into());
        }
    }
    if let Some(unit) = &problem.unit {
        fields.insert("unit".into(), unit.0.as_str().into());
    }
    if !problem.faults.is_empty() {
        fields.insert("faults".into(), problem.faults.iter().map(fault).collect());
    }
    if keyed {
        fields.insert("retry".into(), "new_key".into());
    }
    complete(fields, problem.code.as_str(), status(problem.code), problem.code.retryable())
}

fn detail(problem: &Problem) -> String {
    match (&problem.about, problem.faults.as_slice()) {
        (Some(about), _) => format!("{}: `{about}`", words(problem.code.as_str())),
        (None, []) => words(problem.code.as_str()),
        (None, [one]) => described(one),
        (None, [first, ..]) => format!("{} faults, the first: {}", problem.faults.len(), described(first)),
    }
}

fn described(fault: &Fault) -> String {
    let path = if fault.path.is_empty() { "the body" } else { &fault.path };
    format!("{} at {path}", words(fault.code.as_str()))
}

/// A fault as it is told.
pub(crate) fn fault(fault: &Fault) -> Value {
    serde_json::json!({ "path": fault.path, "code": fault.code.as_str(), "detail": words(fault.code.as_str()) })
}

fn words(code: &str) -> String {
    code.replace('_', " ")
}

fn complete(mut fields: Map<String, Value>, code: &str, status: u16, retryable: bool) -> String {
    fields.insert("type".into(), format!("urn:problem:loyalty:{code}").into());
    fields.insert("title".into(), words(code).into());
    fields.insert("status".into(), status.into());
    fields.insert("code".into(), code.into());
    fields.insert("retryable".into(), retryable.into());
    Value::Object(fields).to_string()
}

/// As operators read it in the log.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wire(problem) => write!(f, "{}, {}", problem.code.as_str(), detail(problem)),
            Self::Own(code, detail) => write!(f, "{}, {detail}", code.as_str()),
            Self::Method(allow) => write!(f, "the route takes {allow}"),
            Self::Passed(answer) => write!(f, "{}, {}", answer.status, answer.body),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::wire(problem)
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(problem) => Self::wire(problem),
            Trouble::Full(_) => Self::own(Own::AccountFull, trouble.to_string()),
            Trouble::Unavailable(what) => Self::unavailable(what),
        }
    }
}

impl From<worker::Error> for Failure {
    fn from(error: worker::Error) -> Self {
        Self::unavailable(error)
    }
}

impl From<worker::KvError> for Failure {
    fn from(error: worker::KvError) -> Self {
        Self::unavailable(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::own(Own::Malformed, error.to_string())
    }
}
