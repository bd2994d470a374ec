//! What an order of each platform becomes, as the README's tables say.

use loyalty_hooks::{Booked, OrderState, Platform, Reading, plan, read};
use serde_json::{Value, json};

fn state(platform: Platform, topic: Option<&str>, body: &Value) -> (String, OrderState) {
    match read(platform, topic, body.to_string().as_bytes()).unwrap() {
        Reading::Order(delivery) => (delivery.order, delivery.state),
        other => panic!("{other:?}"),
    }
}

/// The commands that bodies, one after another, ask of the account.
fn commands(platform: Platform, bodies: &[(Option<&str>, Value)]) -> Vec<Value> {
    let (mut known, mut booked, mut all) = (OrderState::default(), Booked::default(), Vec::new());
    for (topic, body) in bodies {
        let (order, state) = state(platform, *topic, body);
        known = known.join(state);
        let plan = plan(platform, &order, &known, &booked);
        booked = plan.booked;
        all.extend(plan.commands.iter().map(|asked| serde_json::from_str::<Value>(&asked.command).unwrap()));
    }
    all
}

fn refused(platform: Platform, topic: Option<&str>, body: &Value) -> (&'static str, String) {
    let why = read(platform, topic, body.to_string().as_bytes()).unwrap_err();
    (why.code, why.path)
}

fn shopify() -> Value {
    json!({ "id": 1, "updated_at": "2026-01-31T10:00:00+01:00", "currency": "EUR", "financial_status": "paid",
        "taxes_included": false, "customer": { "id": 7 }, "source_name": "pos", "discount_codes": [{ "code": "SUMMER" }],
        "line_items": [
            { "id": 11, "product_id": 5, "sku": "AB 1", "vendor": "Big Brand!", "quantity": 2, "price": "10.00",
              "price_set": { "shop_money": { "amount": "10.00", "currency_code": "EUR" }, "presentment_money": { "amount": "11.00", "currency_code": "USD" } },
              "total_discount": "0.00", "discount_allocations": [{ "amount": "2.00" }], "tax_lines": [{ "price": "3.60" }] },
            { "id": 12, "quantity": 1, "price": "25.00", "gift_card": true },
            { "id": 13, "quantity": 1, "price": "3.00", "tip_payment_gateway": "shopify_payments" },
            { "id": 14, "quantity": 0, "price": "9.00" }],
        "shipping_lines": [{ "id": 21, "price": "5.00", "discounted_price": "4.00", "tax_lines": [{ "price": "0.80" }] }, { "id": 22, "is_removed": true, "price": "9.00" }],
        "refunds": [] })
}

#[test]
fn a_shopify_order() {
    let expected = json!({ "kind": "pay_order", "order": { "id": "1", "currency": "EUR", "channel": "till", "codes": ["SUMMER"], "lines": [
        { "id": "11", "product": "5", "categories": ["vendor:big-brand", "sku:ab-1"], "quantity": 2, "amount": "23.60", "discount": "2.00", "tax": "3.60", "kind": "goods" },
        { "id": "12", "quantity": 1, "amount": "25.00", "kind": "gift_card" },
        { "id": "shipping-21", "quantity": 1, "amount": "4.80", "tax": "0.80", "kind": "delivery" }] } });
    assert_eq!(commands(Platform::Shopify, &[(Some("orders/paid"), shopify())]), [expected]);
    let mut included = shopify();
    included["taxes_included"] = json!(true);
    let paid = &commands(Platform::Shopify, &[(Some("orders/paid"), included)])[0];
    assert_eq!(paid["order"]["lines"][0]["amount"], "20.00");
}

fn shopify_refund(more: &Value) -> (Option<&'static str>, Value) {
    let mut body =
        json!({ "id": 31, "order_id": 1, "created_at": "2026-02-01T10:00:00Z", "transactions": [] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    (Some("refunds/create"), body)
}

#[test]
fn a_shopify_refund_is_by_pieces_and_names_no_customer() {
    let refund = shopify_refund;
    let piece = refund(
        &json!({ "refund_line_items": [{ "quantity": 1, "line_item_id": 12, "line_item": { "id": 11 }, "subtotal": 9 }] }),
    );
    let paid = (Some("orders/paid"), shopify());
    let expected = json!({ "kind": "refund", "order": "1", "refund": "shopify-1", "currency": "EUR", "lines": [{ "id": "11", "amount": "10.80" }] });
    assert_eq!(commands(Platform::Shopify, &[paid.clone(), piece.clone()])[1], expected);
    assert_eq!(
        commands(Platform::Shopify, &[piece, paid.clone()])[1],
        expected,
        "fault 6: the refund came first"
    );
    let delivery = refund(
        &json!({ "order_adjustments": [{ "kind": "shipping_refund", "amount": "-4.00", "tax_amount": "-0.80" }] }),
    );
    let back = &commands(Platform::Shopify, &[paid.clone(), delivery])[1]["lines"];
    assert_eq!(*back, json!([{ "id": "shipping-21", "amount": "4.80" }]));
    // 5.44 of 54.40: a tenth of every line, the tip's part too.
    let money = refund(
        &json!({ "transactions": [{ "kind": "refund", "status": "success", "amount": "5.44" }, { "kind": "refund", "status": "failure", "amount": "9.00" }] }),
    );
    let back = &commands(Platform::Shopify, &[paid, money])[1]["lines"];
    assert_eq!(
        *back,
        json!([{ "id": "11", "amount": "2.16" }, { "id": "12", "amount": "2.50" }, { "id": "shipping-21", "amount": "0.48" }])
    );
}

#[test]
fn what_shopify_adjusts_and_takes_back_again_is_no_money_given_back() {
    let paid = (Some("orders/paid"), shopify());
    let adjusted = |amounts: &[&str]| {
        let kind = "refund_discrepancy";
        let adjustments: Vec<_> =
            amounts.iter().map(|amount| json!({ "kind": kind, "amount": amount })).collect();
        let items = json!([{ "quantity": 1, "line_item_id": 11 }]);
        let refund = shopify_refund(&json!({ "refund_line_items": items, "order_adjustments": adjustments }));
        commands(Platform::Shopify, &[paid.clone(), refund])[1]["lines"].clone()
    };
    let piece = json!([{ "id": "11", "amount": "10.80" }]);
    for amounts in [&["11.80", "-11.80"][..], &["-11.80", "-11.80", "11.80", "11.80"], &["11.80", "-10.00"]] {
        assert_eq!(adjusted(amounts), piece, "{amounts:?}");
    }
    // 4.36 of the 43.60 that are left: a tenth of every line.
    let tenth = json!([{ "id": "11", "amount": "11.88" }, { "id": "12", "amount": "2.50" }, { "id": "shipping-21", "amount": "0.48" }]);
    assert_eq!(adjusted(&["-4.36", "-4.36", "4.36"]), tenth);
}

#[test]
fn shopify_delivery_is_given_back_with_its_tax() {
    let refund = shopify_refund(&json!({ "refund_shipping_lines": [{
        "subtotal_amount_set": { "shop_money": { "amount": "2.00" } },
        "tax_amount_set": { "shop_money": { "amount": "0.40" } } }] }));
    let mut order = shopify();
    for (included, amount) in [(false, "2.40"), (true, "2.00")] {
        order["taxes_included"] = json!(included);
        let all = commands(Platform::Shopify, &[(Some("orders/paid"), order.clone()), refund.clone()]);
        assert_eq!(all[1]["lines"], json!([{ "id": "shipping-21", "amount": amount }]), "{included}");
    }
}

#[test]
fn a_shopify_topic_which_is_not_signed_changes_nothing_that_is() {
    let mut pending = shopify();
    pending["financial_status"] = json!("pending");
    assert!(commands(Platform::Shopify, &[(Some("orders/paid"), pending)]).is_empty());
    let paid = shopify();
    let all = commands(
        Platform::Shopify,
        &[(Some("orders/paid"), paid.clone()), (Some("orders/cancelled"), paid.clone())],
    );
    assert_eq!(all.len(), 1, "nobody called it off");
    // Where the body does not say, the topic does.
    let mut silent = shopify();
    silent["financial_status"] = Value::Null;
    let all = commands(
        Platform::Shopify,
        &[(Some("orders/paid"), silent.clone()), (Some("orders/cancelled"), silent)],
    );
    assert_eq!((all[0]["kind"].as_str(), all[1]["kind"].as_str()), (Some("pay_order"), Some("refund")));
    let about = json!({ "shop_id": 1, "shop_domain": "x.example", "customer": { "id": 7 } });
    let mut asked = about.clone();
    asked["orders_requested"] = json!([1]);
    let mut redact = about;
    redact["orders_to_redact"] = json!([1]);
    for (topic, body, missing) in [
        ("customers/redact", &paid, "/orders_to_redact"),
        ("customers/redact", &asked, "/orders_to_redact"),
        ("customers/data_request", &redact, "/orders_requested"),
        ("shop/redact", &paid, "/shop_domain"),
    ] {
        assert_eq!(refused(Platform::Shopify, Some(topic), body), ("missing", missing.into()), "{topic}");
    }
    for (topic, body) in [("customers/redact", redact), ("customers/data_request", asked)] {
        assert!(
            matches!(
                read(Platform::Shopify, Some(topic), body.to_string().as_bytes()),
                Ok(Reading::Privacy(_))
            ),
            "{topic}"
        );
    }
}

#[test]
fn a_shopify_order_that_is_cancelled_or_not_paid() {
    let mut cancelled = shopify();
    cancelled["cancelled_at"] = json!("2026-02-01T10:00:00Z");
    cancelled["updated_at"] = json!("2026-02-01T10:00:00Z");
    let all = commands(
        Platform::Shopify,
        &[(Some("orders/paid"), shopify()), (Some("orders/cancelled"), cancelled)],
    );
    assert_eq!(all[1], json!({ "kind": "refund", "order": "1", "refund": "shopify-1" }));
    for status in ["pending", "authorized", "partially_paid"] {
        let mut waiting = shopify();
        waiting["financial_status"] = json!(status);
        assert!(commands(Platform::Shopify, &[(Some("orders/create"), waiting)]).is_empty(), "{status}");
    }
    let mut guest = shopify();
    guest["customer"] = Value::Null;
    assert!(commands(Platform::Shopify, &[(Some("orders/paid"), guest)]).is_empty());
}

#[test]
fn fault_18_what_is_no_order_is_told_apart() {
    let mut unknown = shopify();
    unknown["financial_status"] = json!("bartered");
    assert_eq!(
        refused(Platform::Shopify, Some("orders/paid"), &unknown),
        ("status_unknown", "/financial_status".into())
    );
    assert_eq!(refused(Platform::Shopify, None, &shopify()), ("topic_missing", String::new()));
    let mut negative = shopify();
    negative["line_items"][0]["price_set"] = Value::Null;
    negative["line_items"][0]["price"] = json!("-10.00");
    assert_eq!(
        refused(Platform::Shopify, Some("orders/paid"), &negative),
        ("amount_negative", "/line_items/0".into())
    );
    let mut foreign = shopify();
    foreign["currency"] = json!("XXX");
    assert_eq!(
        refused(Platform::Shopify, Some("orders/paid"), &foreign),
        ("currency_unknown", "/currency".into())
    );
    assert_eq!(
        refused(Platform::Shopify, Some("customers/redact"), &json!({ "shop_id": 1 })),
        ("missing", "/customer".into())
    );
    for amount in [json!("1e309"), json!("9007199254740993"), json!("12,50"), json!(""), json!({})] {
        let mut odd = shopify();
        odd["shipping_lines"][0]["discounted_price"] = amount;
        assert_eq!(
            refused(Platform::Shopify, Some("orders/paid"), &odd).1,
            "/shipping_lines/0/discounted_price"
        );
    }
}

fn woocommerce(status: &str, modified: &str) -> Value {
    json!({ "id": 727, "status": status, "currency": "EUR", "date_modified": "2026-03-29T23:59:59", "date_modified_gmt": modified,
        "customer_id": 9, "meta_data": [{ "key": "loyalty_referral", "value": "CODE" }], "coupon_lines": [{ "code": "ten" }],
        "line_items": [{ "id": 315, "product_id": 93, "variation_id": 23, "sku": "Bar3", "quantity": 3, "subtotal": "9.917355", "subtotal_tax": "2.082645", "total": "8.264463", "total_tax": "1.735537", "price": 2.754821 }],
        "shipping_lines": [{ "id": 317, "total": "5.00", "total_tax": "0.00" }],
        "fee_lines": [{ "id": 318, "total": "1.00", "total_tax": "0.00" }, { "id": 319, "total": "-2.00", "total_tax": "0.00" }],
        "refunds": [] })
}

#[test]
fn a_woocommerce_order() {
    let topic = Some("order.updated");
    let paid = woocommerce("processing", "2026-03-29T10:00:00");
    let expected = json!({ "kind": "pay_order", "order": { "id": "727", "currency": "EUR", "channel": "online", "codes": ["ten"], "lines": [
        { "id": "315", "product": "93", "categories": ["sku:bar3", "variation:23"], "quantity": 3, "amount": "12.00", "discount": "4.00", "tax": "1.74", "kind": "goods" },
        { "id": "shipping-317", "quantity": 1, "amount": "5.00", "kind": "delivery" }] } });
    let Reading::Order(read) = read(Platform::WooCommerce, topic, paid.to_string().as_bytes()).unwrap()
    else {
        panic!()
    };
    assert_eq!(
        (read.referral.as_deref(), read.state.snapshot.as_ref().unwrap().version),
        (Some("CODE"), 1_774_778_400_000)
    );
    assert_eq!(commands(Platform::WooCommerce, &[(topic, paid.clone())]), [expected]);
    // Half of the 14.00 that were paid, in two refunds of which neither tells lines.
    let mut refunded = paid.clone();
    refunded["refunds"] = json!([{ "id": 1, "total": "-3.00" }, { "id": 2, "total": "-4.00" }]);
    let back = &commands(Platform::WooCommerce, &[(topic, paid.clone()), (topic, refunded)])[1]["lines"];
    assert_eq!(*back, json!([{ "id": "315", "amount": "4.00" }, { "id": "shipping-317", "amount": "2.50" }]));
    let mut guest = paid.clone();
    guest["customer_id"] = json!(0);
    assert!(commands(Platform::WooCommerce, &[(topic, guest)]).is_empty());
    for status in ["refunded", "cancelled", "failed", "trash"] {
        let off = woocommerce(status, "2026-03-29T10:00:00");
        let all = commands(Platform::WooCommerce, &[(topic, paid.clone()), (topic, off.clone())]);
        assert_eq!(all[1]["kind"], "refund", "{status}, in the same second");
        assert!(commands(Platform::WooCommerce, &[(topic, off), (topic, paid.clone())]).is_empty());
    }
    for status in ["pending", "on-hold", "checkout-draft"] {
        assert!(
            commands(Platform::WooCommerce, &[(topic, woocommerce(status, "2026-03-29T10:00:00"))])
                .is_empty()
        );
    }
    assert_eq!(
        refused(Platform::WooCommerce, topic, &woocommerce("wc-shipped", "2026-03-29T10:00:00")).0,
        "status_unknown"
    );
}

#[test]
fn a_woocommerce_refund_that_is_deleted_is_booked_again() {
    let topic = Some("order.updated");
    let order = |minute: &str, refunds: Value| {
        let mut order = woocommerce("processing", &format!("2026-03-29T10:{minute}:00"));
        order["refunds"] = refunds;
        (topic, order)
    };
    let (one, two) = (json!({ "id": 1, "total": "-3.00" }), json!({ "id": 2, "total": "-4.00" }));
    let (paid, both) = (order("00", json!([])), order("01", json!([one, two])));
    let (less, none) = (order("02", json!([two])), order("03", json!([])));
    let all = commands(Platform::WooCommerce, &[paid.clone(), both.clone(), less.clone(), none.clone()]);
    assert_eq!(all.len(), 4);
    assert_eq!(all[2]["order"]["id"], "727+2");
    let lines = |at: usize| {
        let lines = all[at]["order"]["lines"].as_array().unwrap().iter();
        lines.map(|line| line["amount"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // 7.00 of 14.00 is given back, then 4.00, then nothing; a third of what the goods cost was taken off before.
    assert_eq!(
        (lines(2), lines(3)),
        (vec!["2.58".into(), "1.08".into()], vec!["3.42".into(), "1.42".into()])
    );
    assert_eq!(commands(Platform::WooCommerce, &[paid, none, less, both]).len(), 1, "in any order");
}

#[test]
fn a_woocommerce_fee_below_zero_takes_its_tax_with_it() {
    let mut order = woocommerce("processing", "2026-03-29T10:00:00");
    order["line_items"] = json!([{ "id": 1, "quantity": 1, "total": "75.00", "total_tax": "15.00" },
        { "id": 2, "quantity": 1, "total": "25.00", "total_tax": "5.00" }]);
    order["fee_lines"] = json!([{ "id": 3, "total": "-50.00", "total_tax": "-10.00" }]);
    let paid = &commands(Platform::WooCommerce, &[(Some("order.updated"), order)])[0]["order"]["lines"];
    let told =
        |at: usize| (paid[at]["amount"].as_str(), paid[at]["discount"].as_str(), paid[at]["tax"].as_str());
    assert_eq!(told(0), (Some("90.00"), Some("45.00"), Some("7.50")));
    assert_eq!(told(1), (Some("30.00"), Some("15.00"), Some("2.50")));
}

fn stripe(kind: &str, created: i64, object: &Value) -> (Option<&'static str>, Value) {
    (None, json!({ "id": "evt", "type": kind, "created": created, "data": { "object": object } }))
}

fn session(status: &str, currency: &str, total: i64) -> Value {
    json!({ "id": "cs_1", "object": "checkout.session", "mode": "payment", "payment_intent": "pi_1", "payment_status": status, "currency": currency,
        "amount_total": total, "client_reference_id": "anna", "customer": "cus_1", "metadata": {},
        "total_details": { "amount_discount": 0, "amount_tax": 300 }, "shipping_cost": { "amount_total": 500, "amount_tax": 100 } })
}

#[test]
fn a_stripe_session_counts_once_it_is_paid() {
    let completed =
        |status: &str| stripe("checkout.session.completed", 1_700_000_000, &session(status, "usd", 2_500));
    let later =
        stripe("checkout.session.async_payment_succeeded", 1_700_000_000, &session("paid", "usd", 2_500));
    let expected = json!({ "kind": "pay_order", "order": { "id": "pi_1", "currency": "USD", "channel": "online", "lines": [
        { "id": "goods", "quantity": 1, "amount": "20.00", "tax": "2.00", "kind": "goods" },
        { "id": "shipping", "quantity": 1, "amount": "5.00", "tax": "1.00", "kind": "delivery" }] } });
    assert_eq!(commands(Platform::Stripe, &[completed("paid")]), std::slice::from_ref(&expected));
    assert!(commands(Platform::Stripe, &[completed("unpaid")]).is_empty());
    assert_eq!(
        commands(Platform::Stripe, &[completed("unpaid"), later.clone()]),
        std::slice::from_ref(&expected)
    );
    assert_eq!(commands(Platform::Stripe, &[later, completed("unpaid")]), [expected]);
    let (_, unknown) = completed("maybe");
    assert_eq!(
        refused(Platform::Stripe, None, &unknown),
        ("status_unknown", "/data/object/payment_status".into())
    );
    for (currency, amount) in [("jpy", "2000"), ("bhd", "2.000"), ("isk", "20")] {
        let paid = stripe("checkout.session.completed", 1, &session("paid", currency, 2_500));
        assert_eq!(
            commands(Platform::Stripe, &[paid])[0]["order"]["lines"][0]["amount"],
            amount,
            "{currency}"
        );
    }
}

#[test]
fn a_stripe_session_without_a_payment_intent_is_booked_only_where_nothing_was_to_be_paid() {
    let mut free = session("no_payment_required", "usd", 0);
    free["payment_intent"] = Value::Null;
    (free["total_details"], free["shipping_cost"]) = (Value::Null, Value::Null);
    let all = commands(Platform::Stripe, &[stripe("checkout.session.completed", 1_700_000_000, &free)]);
    assert_eq!(all[0]["order"]["id"], "cs_1");
    // Its refunds would name a payment intent, and never find it.
    let mut invoiced = session("paid", "usd", 2_500);
    invoiced["payment_intent"] = Value::Null;
    let (_, body) = stripe("checkout.session.completed", 1_700_000_000, &invoiced);
    assert_eq!(refused(Platform::Stripe, None, &body), ("missing", "/data/object/payment_intent".into()));
}

#[test]
fn stripe_refunds_count_until_they_fail() {
    let paid = stripe("checkout.session.completed", 1_700_000_000, &session("paid", "usd", 2_500));
    let refund = |kind: &str, status: &str| {
        let object = json!({ "id": "re_1", "object": "refund", "payment_intent": "pi_1", "charge": "ch_1", "amount": 250, "currency": "usd", "status": status });
        stripe(kind, 1_700_000_100, &object)
    };
    let (made, failed) = (refund("refund.created", "pending"), refund("refund.failed", "failed"));
    let done = refund("refund.updated", "succeeded");
    let all = commands(Platform::Stripe, &[paid.clone(), made.clone(), done]);
    assert_eq!(
        all[1]["lines"],
        json!([{ "id": "goods", "amount": "2.00" }, { "id": "shipping", "amount": "0.50" }])
    );
    assert_eq!(all.len(), 2);
    assert_eq!(
        commands(Platform::Stripe, &[failed.clone(), paid.clone(), made.clone()]).len(),
        1,
        "it never left"
    );
    // What failed after it was booked comes back as an order of its own.
    let again = commands(Platform::Stripe, &[paid, made, failed]);
    assert_eq!((again.len(), &again[2]["order"]["id"]), (3, &json!("pi_1+2")));
}

#[test]
fn an_order_of_a_shop_that_sends_standard_webhooks() {
    let body = |kind: &str, data: Value| {
        (None, json!({ "type": kind, "timestamp": "2026-01-31T10:00:00Z", "data": data }))
    };
    let order = json!({ "id": "A-1", "member": "anna", "currency": "EUR", "channel": "till", "partner": "cafe", "holds": ["h1"], "lines": [
        { "id": "1", "product": "mug", "categories": ["ceramics"], "quantity": 2, "amount": "30.00", "tax": "6.00" },
        { "id": "2", "kind": "delivery", "amount": "5.00" }] });
    let refund = json!({ "id": "R-1", "order": "A-1", "lines": [{ "id": "1", "quantity": 1 }] });
    let all =
        commands(Platform::Standard, &[body("order.paid", order.clone()), body("refund.created", refund)]);
    assert_eq!(all[0]["order"]["lines"][0]["categories"], json!(["ceramics"]));
    assert_eq!((&all[0]["order"]["holds"], &all[0]["order"]["channel"]), (&json!(["h1"]), &json!("till")));
    assert_eq!(all[0]["order"]["partner"], "cafe");
    assert_eq!(all[1]["lines"], json!([{ "id": "1", "amount": "15.00" }]));
    assert!(commands(Platform::Standard, &[body("order.updated", order.clone())]).is_empty());
    let all =
        commands(Platform::Standard, &[body("order.paid", order.clone()), body("order.cancelled", order)]);
    assert_eq!(all[1]["kind"], "refund");
    assert_eq!(
        refused(
            Platform::Standard,
            None,
            &json!({ "type": "order.paid", "timestamp": "yesterday", "data": {} })
        ),
        ("instant_invalid", "/timestamp".into())
    );
}
