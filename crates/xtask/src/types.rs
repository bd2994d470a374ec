//! Schemas from Rust types, TypeScript from schemas.

use crate::process::{cargo, command, complete};
use crate::setup::{self, Needs};
use crate::workspace::Workspace;
use anyhow::Result;

/// Writes `www/schema` and `www/src/wire.ts` anew.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    setup::run(workspace, &Needs::build())?;
    let arguments = ["test", "--quiet", "--package", "loyalty-tests", "--test", "published"];
    complete(cargo(workspace.root(), arguments).env("UPDATE_PUBLISHED", "1"))?;
    complete(&mut command(workspace.root(), "node", ["www/types.mjs"]))
}

/// Whether `www/src/wire.ts` is what the published schema says.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    complete(&mut command(workspace.root(), "node", ["www/types.mjs", "--check"]))
}
