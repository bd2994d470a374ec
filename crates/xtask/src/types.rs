//! Schemas from Rust types, the description of the API from its routes, TypeScript from schemas.

use crate::process::{cargo, command, complete};
use crate::setup::{self, Needs};
use crate::workspace::Workspace;
use anyhow::Result;

/// Writes `www/schema`, `www/openapi.json` and `www/src/wire.ts` anew.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    setup::run(workspace, &Needs::build())?;
    // The description of the API holds schemas, so it comes after them.
    let published = [["loyalty-tests", "--test", "published"], ["loyalty-edge", "--lib", "published"]];
    for test in published {
        let mut tests = cargo(workspace.root(), ["test", "--quiet", "--package"]);
        complete(tests.args(test).env("UPDATE_PUBLISHED", "1"))?;
    }
    complete(&mut command(workspace.root(), "node", ["www/types.mjs"]))
}

/// Whether `www/src/wire.ts` is what the published schema says.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    complete(&mut command(workspace.root(), "node", ["www/types.mjs", "--check"]))
}
