//! Invoices of several lines and their cancellations, replayed.

mod support;

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use support::{check_fields, data, file, folder, loyalty, replay_of, text};

fn made_up(more: &[&str]) -> (Option<i32>, Value) {
    replay_of(&file("www/programmes/retail.json"), &data("retail_made_up.csv"), more)
}

#[test]
fn lines_of_an_invoice_are_an_order_and_cancellations_are_refunds_of_the_latest_first() {
    // Computed by hand; every lot is told in this table.
    //   500: 1001 earns 41 (21 and 20; delivery and the voucher nothing), 1006 earns 30 (the charge nothing).
    //        C1007 takes 51.25: all 30.00 of 1006 (30 points), then 20.50 (21) and 0.75 (0) of 1001.
    //        C1009 takes the last 19.75 of 1001 (20 points) and finds no more.
    //   501: 1003 earns 100; C1008 takes 25; 75 expire after 10 July; C1011 takes 25 that are owed; 1012 earns 10.
    check_fields(
        &made_up(&[]),
        &json!({
            "members": 2, "orders": 4, "amount": "236.01", "refunds": 5, "refunded": "121.00",
            "until": "2011-08-02", "currency": "GBP",
            "issued": 181, "vested": 171, "expired": 75, "reversed": 121,
            "outstanding": 10, "available": 0, "pending": 10, "owed": 25,
        }),
    );
    // The 10 points vest on 16 August and repay a part of what is owed.
    check_fields(
        &made_up(&["--until", "2011-08-20"]),
        &json!({ "vested": 181, "expired": 75, "reversed": 121, "outstanding": 0, "owed": 15 }),
    );
}

#[test]
fn every_line_is_counted_and_what_is_left_out_is_named() {
    let (code, found) = made_up(&[]);
    assert_eq!(code, Some(0), "{found}");
    let lines = |lines: u64, amount: &str| json!({ "lines": lines, "amount": amount });
    let expected = json!({
        "all": lines(18, "-14.995"),
        "with_customer": {
            "sales": lines(8, "236.005"),
            "free_of_charge": lines(1, "0.00"),
            "cancellations": lines(6, "-211.25"),
            "pieces_of_the_other_sign": lines(0, "0.00"),
            "price_below_zero": lines(0, "0.00"),
        },
        "without_customer": {
            "sales": lines(1, "10.25"),
            "free_of_charge": lines(0, "0.00"),
            "cancellations": lines(0, "0.00"),
            "pieces_of_the_other_sign": lines(1, "0.00"),
            "price_below_zero": lines(1, "-50.00"),
        },
        "rounded": lines(1, "0.005"),
        "bought": {
            "goods": lines(6, "181.00"), "delivery": lines(1, "5.00"),
            "gift_cards": lines(1, "20.00"), "charges": lines(1, "30.01"),
        },
        "cancelled": {
            "goods": lines(5, "203.75"), "delivery": lines(0, "0.00"),
            "gift_cards": lines(0, "0.00"), "charges": lines(1, "7.50"),
        },
        "unmatched": {
            "goods": lines(2, "82.75"), "delivery": lines(0, "0.00"),
            "gift_cards": lines(0, "0.00"), "charges": lines(1, "7.50"),
        },
        "matched_in_part": 1,
    });
    assert_eq!(found["lines"], expected, "{}", found["lines"]);
}

#[test]
fn a_compressed_file_is_the_same_orders_whatever_its_name() {
    let orders = folder("compressed").join("orders.data");
    let mut packed = GzEncoder::new(std::fs::File::create(&orders).unwrap(), Compression::default());
    packed.write_all(&std::fs::read(data("retail_made_up.csv")).unwrap()).unwrap();
    packed.finish().unwrap();
    let programme = file("www/programmes/retail.json");
    let (code, found) = replay_of(&programme, orders.to_str().unwrap(), &[]);
    let plain = made_up(&[]).1;
    assert_eq!((code, &found["issued"], &found["lines"]), (Some(0), &plain["issued"], &plain["lines"]));

    let whole = std::fs::read(&orders).unwrap();
    std::fs::write(&orders, &whole[..whole.len() - 20]).unwrap();
    assert_eq!(replay_of(&programme, orders.to_str().unwrap(), &[]).0, Some(2), "cut off");
}

#[test]
fn a_limit_keeps_the_first_orders_and_what_was_cancelled_before_the_next() {
    check_fields(&made_up(&["--limit", "3"]), &json!({ "orders": 3, "refunds": 5, "amount": "226.01" }));
    check_fields(&made_up(&["--limit", "2"]), &json!({ "orders": 2, "refunds": 0, "amount": "166.00" }));
}

#[test]
fn bad_rows_stop_the_replay_before_anything_is_booked() {
    let orders = folder("bad-line").join("orders.csv");
    let good = std::fs::read_to_string(data("retail_made_up.csv")).unwrap();
    std::fs::write(&orders, good.replace(",10.25,502.0,", ",10.25,x,").replace("-9,", "nine,")).unwrap();
    let programme = file("www/programmes/retail.json");
    let arguments = ["replay", "--programme", &programme, "--orders", orders.to_str().unwrap()];
    let output = loyalty(&arguments);
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
    // The description of the first two rows goes over two lines each.
    assert!(said.contains("line 18: `nine` pieces") && said.contains("line 19: customer `x`"), "{said}");
}

/// Figures computed from the same file with a program of its own (Python, `decimal`), not with this one.
#[test]
fn the_whole_data_set_comes_to_figures_computed_elsewhere() {
    let orders = file("../shared/data/orders/online_retail.csv.gz");
    if !Path::new(&orders).exists() {
        eprintln!("skipped: `{orders}` is not there, so its figures were not compared");
        return;
    }
    let programme = file("www/programmes/retail.json");
    let lines = |lines: u64, amount: &str| json!({ "lines": lines, "amount": amount });
    check_fields(
        &replay_of(&programme, &orders, &[]),
        &json!({
            "members": 4339, "orders": 18536, "amount": "8911407.90", "currency": "GBP", "refunds": 3865, "refunded": "471546.65", "until": "2011-12-09", "issued": 11_270_500, "vested": 10_079_674, "expired": 4_007_756, "reversed": 639_036, "outstanding": 6_624_184, "available": 5_957_153, "pending": 667_031, "owed": 476,
            "tiers": [
                { "level": null, "members": 2757, "orders": 5238 },
                { "level": "silver", "members": 1330, "orders": 7943 },
                { "level": "gold", "members": 252, "orders": 5355 },
            ],
            "lines": {
                "all": lines(541_909, "9747747.934"),
                "with_customer": {
                    "sales": lines(397_884, "8911407.904"),
                    "free_of_charge": lines(40, "0.00"),
                    "cancellations": lines(8905, "-611342.09"),
                    "pieces_of_the_other_sign": lines(0, "0.00"),
                    "price_below_zero": lines(0, "0.00"),
                },
                "without_customer": {
                    "sales": lines(132_220, "1755276.64"),
                    "free_of_charge": lines(1139, "0.00"),
                    "cancellations": lines(383, "-285470.40"),
                    "pieces_of_the_other_sign": lines(1336, "0.00"),
                    "price_below_zero": lines(2, "-22124.12"),
                },
                "rounded": lines(4, "-0.004"),
                "bought": {
                    "goods": lines(396_374, "8761066.65"),
                    "delivery": lines(1248, "96396.32"),
                    "gift_cards": lines(0, "0.00"),
                    "charges": lines(302, "53944.93"),
                },
                "cancelled": {
                    "goods": lines(8539, "474403.33"),
                    "delivery": lines(98, "11143.72"),
                    "gift_cards": lines(0, "0.00"),
                    "charges": lines(268, "125795.04"),
                },
                "unmatched": {
                    "goods": lines(1121, "23860.15"),
                    "delivery": lines(58, "9529.58"),
                    "gift_cards": lines(0, "0.00"),
                    "charges": lines(229, "106405.71"),
                },
                "matched_in_part": 74,
            },
        }),
    );
}
