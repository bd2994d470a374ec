//! Words: one table of templates, by code. Another language is another table.
//!
//! English is what shoppers read, `www/messages/en.json`, and beside it what only merchants read.

mod parts;
mod tell;

pub(crate) use tell::{Figures, Parameters, Teller, Told};

use anyhow::{Context, Result};
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use unic_langid::LanguageIdentifier;

const SHOPPERS: &str = include_str!("../../../../www/messages/en.json");
const MERCHANTS: &str = include_str!("../../messages/en.json");

/// A template, or one for each plural form.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Template {
    Text(String),
    Plural(BTreeMap<String, String>),
}

/// The table.
pub(crate) struct Words {
    /// Each template, and of which language it is.
    templates: BTreeMap<String, (Template, usize)>,
    /// The languages, English first.
    languages: Vec<PluralRules>,
}

/// What stands in the places of a template.
pub(crate) type Shown = BTreeMap<String, String>;

impl Words {
    /// English, and over it the table of a file.
    ///
    /// # Errors
    /// When the file is no table of words.
    pub(crate) fn new(file: Option<&Path>) -> Result<Self> {
        let mut words = Self { templates: BTreeMap::new(), languages: vec![] };
        words.lay(SHOPPERS, "en").context("the built-in words")?;
        words.lay(MERCHANTS, "en").context("the built-in words")?;
        if let Some(file) = file {
            let language = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or("en");
            words.lay(&crate::input::text(file)?, language).with_context(|| {
                let shown = file.display();
                format!("`{shown}` is no table of words; it has to be an object of texts, such as `hu.json`")
            })?;
        }
        Ok(words)
    }

    fn lay(&mut self, table: &str, language: &str) -> Result<()> {
        let language: LanguageIdentifier =
            language.parse().with_context(|| format!("the file's name `{language}` is no language"))?;
        let rules = PluralRules::create(
            LanguageIdentifier::from_parts(language.language, None, None, &[]),
            PluralRuleType::CARDINAL,
        );
        let rules =
            rules.map_err(|_| anyhow::anyhow!("nothing is known of the plural forms of `{language}`"))?;
        let table: BTreeMap<String, Template> = serde_json::from_str(table)?;
        let index = self.languages.len();
        self.languages.push(rules);
        self.templates.extend(table.into_iter().map(|(code, template)| (code, (template, index))));
        Ok(())
    }

    /// Of these codes the one that has words in the last language laid, the first on a tie.
    pub(crate) fn pick<'a>(&self, codes: &[&'a str]) -> Option<&'a str> {
        // The first two tables are English.
        let mut best = None;
        for code in codes {
            if let Some((_, language)) = self.templates.get(*code)
                && best.is_none_or(|(_, known)| *language / 2 > known / 2)
            {
                best = Some((*code, *language));
            }
        }
        best.map(|(code, _)| code)
    }

    /// Whether everything a template names is there.
    fn fits(&self, code: &str, shown: &Shown) -> bool {
        let all = |text: &String| places(text).all(|place| shown.contains_key(place));
        match self.templates.get(code) {
            Some((Template::Text(text), _)) => all(text),
            Some((Template::Plural(forms), _)) => forms.values().all(all),
            None => false,
        }
    }

    /// The words of a code; the code itself where it has none.
    pub(crate) fn say(&self, code: &str, shown: &Shown) -> String {
        let text = match self.templates.get(code) {
            Some((Template::Text(text), _)) => text,
            Some((Template::Plural(forms), language)) => self.plural(forms, *language, shown),
            None => code,
        };
        let mut said = String::new();
        let mut rest = text;
        while let Some((before, (place, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            said.push_str(before);
            said.push_str(shown.get(place).map_or("–", String::as_str));
            rest = after;
        }
        said.push_str(rest);
        said
    }

    /// The form for the first number that the template names.
    fn plural<'a>(&self, forms: &'a BTreeMap<String, String>, language: usize, shown: &Shown) -> &'a str {
        let other = forms.get("other").map_or("", String::as_str);
        let rules = self.languages.get(language);
        let category = places(other).find_map(|place| rules?.select(shown.get(place)?.as_str()).ok());
        let form = match category {
            Some(PluralCategory::ZERO) => "zero",
            Some(PluralCategory::ONE) => "one",
            Some(PluralCategory::TWO) => "two",
            Some(PluralCategory::FEW) => "few",
            Some(PluralCategory::MANY) => "many",
            Some(PluralCategory::OTHER) | None => "other",
        };
        forms.get(form).map_or(other, String::as_str)
    }
}

/// The places of a template, in order.
fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// What stands in the places, made shortly.
pub(crate) fn shown<const N: usize>(pairs: [(&str, String); N]) -> Shown {
    pairs.map(|(name, text)| (name.to_owned(), text)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use loyalty_core::Code;

    #[test]
    fn a_template_takes_what_it_names() {
        let words = Words::new(None).unwrap();
        let say = |code: &str, n: &str| words.say(code, &shown([("n", n.to_owned())]));
        assert_eq!(
            [say("points", "1"), say("points", "2"), say("points", "1.50")],
            ["1 point", "2 points", "1.50 points"]
        );
        assert_eq!(say("points.wallet", "3"), "3 –");
        assert_eq!(say("no.such.code", "3"), "no.such.code");
    }

    #[test]
    fn another_language_is_another_table() {
        let folder = std::env::temp_dir().join(format!("loyalty-words-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let check = |name: &str, table: &str| {
            let file = folder.join(name);
            std::fs::write(&file, table).unwrap();
            Words::new(Some(&file))
        };
        let words = check(
            "ru.json",
            r#"{"points":{"one":"{n} балл","few":"{n} балла","many":"{n} баллов","other":"{n} балла"}}"#,
        );
        let words = words.unwrap();
        let say = |code: &str, n: &str| words.say(code, &shown([("n", n.to_owned())]));
        assert_eq!(
            ["1", "3", "5", "21"].map(|n| say("points", n)),
            ["1 балл", "3 балла", "5 баллов", "21 балл"]
        );
        assert_eq!(words.pick(&["figures.vested", "points"]), Some("points"));
        assert_eq!(words.pick(&["no", "figures.vested", "figures.held"]), Some("figures.vested"));
        assert!(check("hu.json", "[]").is_err() && check("not a language.json", "{}").is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn every_text_of_refusals_is_of_a_code() {
        let words = Words::new(None).unwrap();
        let known = |code: &str| Code::ALL.iter().any(|known| known.as_str() == code);
        let ours = ["other", "told", "figures", "about"];
        let strange: Vec<_> = words
            .templates
            .keys()
            .filter_map(|key| key.strip_prefix("refused."))
            .filter(|code| !known(code) && !ours.contains(code))
            .collect();
        assert!(strange.is_empty(), "{strange:?}");
    }
}
