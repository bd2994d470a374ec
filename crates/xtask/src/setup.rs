//! What a new machine lacks, installed one by one and only when missing.

use crate::process::{cargo, command, complete, on_path, output, quietly, step};
use crate::workspace::{WASM_BINDGEN, WASM_TARGET, WORKER_BUILD, Workspace};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;

/// Which of the larger tools the caller will use.
pub(crate) struct Needs {
    browser: bool,
    load: bool,
}

impl Needs {
    pub(crate) fn build() -> Self {
        Self { browser: false, load: false }
    }

    pub(crate) fn test() -> Self {
        Self { browser: true, load: false }
    }

    pub(crate) fn everything() -> Self {
        Self { browser: true, load: true }
    }
}

pub(crate) fn run(workspace: &Workspace, needs: &Needs) -> Result<()> {
    require_node(workspace)?;
    wasm_target(workspace)?;
    install_crate(workspace, "wasm-bindgen-cli", WASM_BINDGEN, &workspace.wasm_bindgen())?;
    install_crate(workspace, "worker-build", WORKER_BUILD, &workspace.worker_build())?;
    remove_if_there(&workspace.tools().join("build"))?;
    npm_packages(workspace)?;
    if needs.browser {
        debian_package(workspace, "chromium", "the browser tests drive it")?;
    }
    if needs.load {
        debian_package(workspace, "wrk", "the load measurement uses it")?;
    }
    Ok(())
}

/// Wrangler's own lower bound.
const OLDEST_NODE: (u32, u32) = (20, 3);

fn require_node(workspace: &Workspace) -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    if !on_path("node") || !on_path("npm") {
        bail!("install Node.js {major}.{minor} or newer with npm: the Worker's tools run on it");
    }
    let version = output(&mut command(workspace.root(), "node", ["--version"]))?;
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    let found = match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor),
        _ => bail!("`node --version` answered `{}`, which is no version", version.trim()),
    };
    if found < OLDEST_NODE {
        bail!("install Node.js {major}.{minor} or newer: this machine has {}", version.trim());
    }
    Ok(())
}

fn wasm_target(workspace: &Workspace) -> Result<()> {
    let rustc = ["--print", "target-libdir", "--target", WASM_TARGET];
    let library = output(&mut command(workspace.root(), "rustc", rustc))?;
    if Path::new(library.trim()).is_dir() {
        return Ok(());
    }
    if !on_path("rustup") {
        bail!("install rustup, or the Rust target {WASM_TARGET} in another way");
    }
    step("installing the Rust target for WebAssembly", || {
        complete(&mut command(workspace.root(), "rustup", ["target", "add", WASM_TARGET]))
    })
}

/// Builds a tool from source. Without optimisation: it takes one minute instead of ten, and the tools
/// have little to do.
fn install_crate(workspace: &Workspace, name: &str, version: &str, binary: &Path) -> Result<()> {
    if binary.is_file() {
        return Ok(());
    }
    let root = binary.ancestors().nth(2).context("a tool has no directory to live in")?;
    step(&format!("installing {name} {version} (about a minute, once a machine)"), || {
        let mut install = cargo(workspace.root(), ["install", "--debug", "--locked", "--version", version]);
        // Both tools share most of their dependencies.
        install.arg("--root").arg(root).arg(name).env("CARGO_TARGET_DIR", workspace.tools().join("build"));
        complete(&mut install)
    })
}

fn npm_packages(workspace: &Workspace) -> Result<()> {
    let lock =
        std::fs::read(workspace.path("package-lock.json")).context("`package-lock.json` is missing")?;
    let wanted = hex(&Sha256::digest(&lock));
    let stamp = workspace.path("node_modules/.installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step("installing the npm packages", || {
        let arguments = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
        quietly(&mut command(workspace.root(), "npm", arguments))?;
        std::fs::write(&stamp, &wanted).context("`node_modules` cannot be written")
    })
}

/// What sends requests to the API, in an environment of its own: `tests/api/requirements.txt` names every version.
pub(crate) fn schemathesis(workspace: &Workspace) -> Result<()> {
    let environment = workspace.schemathesis();
    if environment.join("bin/st").is_file() {
        return Ok(());
    }
    if !on_path("python3") {
        bail!("install Python 3.10 or newer with venv: schemathesis runs on it");
    }
    step("installing schemathesis", || {
        let mut make = command(workspace.root(), "python3", ["-m", "venv"]);
        quietly(make.arg(&environment))?;
        let arguments = ["install", "--quiet", "--no-deps", "--requirement", "tests/api/requirements.txt"];
        quietly(&mut command(workspace.root(), environment.join("bin/pip"), arguments))
    })
}

fn debian_package(workspace: &Workspace, name: &str, reason: &str) -> Result<()> {
    if on_path(name) {
        return Ok(());
    }
    if !on_path("apt-get") || !rustix::process::geteuid().is_root() {
        bail!("install `{name}` with your package manager: {reason}");
    }
    step(&format!("installing {name}"), || {
        let install = || {
            let arguments = ["install", "--yes", "--no-install-recommends", name];
            quietly(command(workspace.root(), "apt-get", arguments).env("DEBIAN_FRONTEND", "noninteractive"))
        };
        // A fresh machine has no package lists yet.
        quietly(&mut command(workspace.root(), "apt-get", ["update"]))?;
        install()
    })
}

fn remove_if_there(directory: &Path) -> Result<()> {
    if directory.is_dir() {
        std::fs::remove_dir_all(directory)
            .with_context(|| format!("`{}` cannot be removed", directory.display()))?;
    }
    Ok(())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
