//! Every command as a person sees it: the sessions of `golden/command.md`, byte for byte.

#[test]
fn the_command_answers_as_its_sessions_show() {
    trycmd::TestCases::new().case("tests/golden/*.md");
}
