//! Where things are: the checkout, its build outputs, and the tools beside it.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The version both the crate and the command-line tool are pinned to; they must be the same one.
pub(crate) const WASM_BINDGEN: &str = "0.2.129";
pub(crate) const WORKER_BUILD: &str = "0.8.7";
pub(crate) const SCHEMATHESIS: &str = "4.32.5";
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Crates that exist only as WebAssembly; native builds and tests leave them out.
pub(crate) const WASM_CRATES: [&str; 8] = [
    "loyalty-edge",
    "loyalty-js",
    "loyalty-simulate",
    "loyalty-wasm",
    "worker-books",
    "worker-members",
    "worker-office",
    "worker-storefront",
];

/// The folders of `crates/worker`: each is a module of the Worker.
pub(crate) const WORKER_MODULES: [&str; 4] = ["storefront", "members", "office", "books"];

/// The checkout this command was built from.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    tools: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("the checkout has moved since `xtask` was built; run `cargo xtask` from inside it")?
            .to_path_buf();
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(path) => root.join(path),
            None => root.join("target"),
        };
        let tools = cargo_home()?.join("loyalty-tools");
        Ok(Self { root, target, tools })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Cargo's output directory.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// wasm-bindgen's output for the browser. Inside the checkout whatever `CARGO_TARGET_DIR` says,
    /// because `tsconfig.json` names it.
    pub(crate) fn browser(&self) -> PathBuf {
        self.path("target/browser")
    }

    /// What wrangler uploads. Inside the checkout too, because `wrangler.toml` names it.
    pub(crate) fn worker(&self) -> PathBuf {
        self.path("target/worker")
    }

    /// Tools built from source live beside Cargo's own, so that a second checkout finds them.
    pub(crate) fn tools(&self) -> &Path {
        &self.tools
    }

    pub(crate) fn wasm_bindgen(&self) -> PathBuf {
        self.tools.join(format!("wasm-bindgen-{WASM_BINDGEN}/bin/wasm-bindgen"))
    }

    pub(crate) fn worker_build(&self) -> PathBuf {
        self.tools.join(format!("worker-build-{WORKER_BUILD}/bin/worker-build"))
    }

    /// A Python environment of its own.
    pub(crate) fn schemathesis(&self) -> PathBuf {
        self.tools.join(format!("schemathesis-{SCHEMATHESIS}"))
    }

    /// A command of an installed npm package.
    pub(crate) fn npm_command(&self, name: &str) -> PathBuf {
        self.path("node_modules/.bin").join(name)
    }
}

fn cargo_home() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CARGO_HOME") {
        return Ok(PathBuf::from(path));
    }
    let home = std::env::home_dir().context("set HOME or CARGO_HOME: neither names a directory")?;
    Ok(home.join(".cargo"))
}
