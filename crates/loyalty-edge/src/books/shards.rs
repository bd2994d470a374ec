//! The sixteen objects together.

use crate::books::CLASS;
use crate::http::problem::Failure;
use crate::object;
use crate::shop::Shop;
use futures_util::future::join_all;
use loyalty_books::Sums;
use serde::Serialize;
use worker::Env;

/// Asks all objects at once and adds up what they say. All of them have to answer: a sum of some would be wrong.
///
/// # Errors
/// `unavailable` when one does not answer.
pub(super) async fn ask(env: &Env, shop: &Shop, what: &str, body: &impl Serialize) -> Result<Sums, Failure> {
    let one = |shard: u32| async move {
        let name = format!("{}/{shard:x}", shop.id);
        object::read_named::<Sums>(env, CLASS, &name, what, body).await
    };
    let mut sums = Sums::default();
    for part in join_all((0..16).map(one)).await {
        sums.add(part?);
    }
    Ok(sums)
}
