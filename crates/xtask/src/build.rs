//! Release builds: browser module, Worker, static files.

use crate::process::{cargo, command, complete, quietly, step};
use crate::setup::hex;
use crate::workspace::{WASM_TARGET, WORKER_MODULES, Workspace};
use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Everything Node 20 and current browsers read. `--all-features` writes modules that they refuse.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// A function that is put into its only caller is small, but compresses worse than one of many alike. The first
/// kilobyte is the end of the stack: what comes that far has no room left. Functions of one kind compress side by
/// side: the Worker is uploaded and loaded gzipped, which looks 32 KB back, and Brotli too makes half a kilobyte less
/// of the browser module.
const SMALL: [&str; 7] = [
    "-Oz",
    "--converge",
    "--one-caller-inline-max-function-size=0",
    "--low-memory-unused",
    "--strip-producers",
    "--strip-target-features",
    "--reorder-functions-by-name",
];

/// What costs more than 120, as LLVM counts, is not put into its callers. By LLVM's own measure, 225, the browser module would
/// be 3.5 KB more, and 3 % faster.
const INLINED: [&str; 2] =
    ["--config", "target.wasm32-unknown-unknown.rustflags=['-Cllvm-args=-inline-threshold=120']"];

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    step("building the browser modules", || browser_modules(workspace))?;
    step("building the Worker", || worker(workspace))?;
    step("building the static files", || static_files(workspace))
}

/// What runs in pages: the shop's module, and the simulator that no shopper downloads.
pub(crate) fn browser_modules(workspace: &Workspace) -> Result<()> {
    browser_module(workspace, "loyalty-wasm")?;
    browser_module(workspace, "loyalty-simulate")
}

/// `loyalty_wasm.js`, its declarations and `loyalty_wasm_bg.wasm`.
fn browser_module(workspace: &Workspace, package: &str) -> Result<()> {
    let [compiled] = compile(workspace, &[package], "browser", &INLINED)?;
    let out = workspace.browser();
    let name = package.replace('-', "_");
    let module = out.join(format!("{name}_bg.wasm"));
    let outputs = [&module, &out.join(format!("{name}.js"))];
    unless_current(workspace, package, &compiled, &outputs, || {
        let mut bindgen = command(workspace.root(), workspace.wasm_bindgen(), ["--target", "web"]);
        complete(bindgen.arg("--out-dir").arg(&out).arg(&compiled))?;
        smaller(workspace, &module, &SMALL)
    })
}

fn smaller(workspace: &Workspace, module: &Path, how: &[&str]) -> Result<()> {
    let mut optimise = command(workspace.root(), workspace.npm_command("wasm-opt"), WASM_FEATURES);
    complete(optimise.args(how).arg(module).arg("-o").arg(module))
}

/// `target/worker`, as wrangler.toml names it: `crates/worker/index.js`, and a folder for each module.
fn worker(workspace: &Workspace) -> Result<()> {
    let packages = WORKER_MODULES.map(worker_package);
    let compiled = compile(workspace, &packages.each_ref().map(String::as_str), "edge", &[])?;
    // To make a module small takes longer than to compile it, and one core.
    std::thread::scope(|threads| {
        let works: Vec<_> = WORKER_MODULES
            .into_iter()
            .zip(&compiled)
            .map(|(module, compiled)| threads.spawn(move || worker_module(workspace, module, compiled)))
            .collect();
        works.into_iter().try_for_each(|work| work.join().unwrap_or_else(|_| bail!("a thread has panicked")))
    })?;
    copy(&workspace.path("crates/worker/index.js"), &workspace.worker().join("index.js"))
}

fn worker_package(module: &str) -> String {
    format!("worker-{module}")
}

/// `index.js` and `index_bg.wasm`.
fn worker_module(workspace: &Workspace, module: &str, compiled: &Path) -> Result<()> {
    let out = workspace.worker().join(module);
    let wasm = out.join("index_bg.wasm");
    unless_current(workspace, &worker_package(module), compiled, &[&out.join("index.js"), &wasm], || {
        let directory = workspace.path("crates/worker").join(module);
        let mut build =
            command(&directory, workspace.worker_build(), ["--no-opt", "--profile", "edge", "--out-dir"]);
        build.arg(&out);
        // Named, or it would download its own.
        build.env("WASM_BINDGEN_BIN", workspace.wasm_bindgen());
        build.env("ESBUILD_BIN", workspace.npm_command("esbuild"));
        build.env("CARGO_TARGET_DIR", workspace.target());
        quietly(&mut build)?;
        // Its bindings catch what JavaScript throws.
        let how = [&["--enable-exception-handling"], SMALL.as_slice()].concat();
        smaller(workspace, &wasm, &how)
    })
}

/// Lets Cargo decide what is out of date, and says where the modules lie.
fn compile<const N: usize>(
    workspace: &Workspace,
    packages: &[&str; N],
    profile: &str,
    further: &[&str],
) -> Result<[PathBuf; N]> {
    let mut build =
        cargo(workspace.root(), ["build", "--lib", "--profile", profile, "--target", WASM_TARGET]);
    build.args(further);
    for package in packages {
        build.args(["--package", package]);
    }
    complete(&mut build)?;
    let built = workspace.target().join(WASM_TARGET).join(profile);
    Ok(packages.map(|package| built.join(package.replace('-', "_")).with_extension("wasm")))
}

/// Skips `work` when it already ran on these very bytes and its outputs are still there.
fn unless_current(
    workspace: &Workspace,
    name: &str,
    input: &Path,
    outputs: &[impl AsRef<Path>],
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let bytes = std::fs::read(input).with_context(|| format!("`{}` is missing", input.display()))?;
    let wanted = hex(&Sha256::digest(&bytes));
    let stamp = workspace.path("target/xtask").join(format!("{name}.sha256"));
    let there = outputs.iter().all(|output| output.as_ref().is_file());
    if there && std::fs::read_to_string(&stamp).is_ok_and(|built| built == wanted) {
        return Ok(());
    }
    work()?;
    std::fs::create_dir_all(workspace.path("target/xtask"))?;
    std::fs::write(&stamp, &wanted).with_context(|| format!("`{}` cannot be written", stamp.display()))
}

/// `www/dist`: what the Worker serves as it is.
fn static_files(workspace: &Workspace) -> Result<()> {
    let source = workspace.path("www");
    // Made beside the old ones and put in their place at the end: a Worker may be serving those.
    let dist = workspace.path("target/xtask/dist");
    if dist.is_dir() {
        std::fs::remove_dir_all(&dist).context("`target/xtask/dist` cannot be removed")?;
    }
    std::fs::create_dir_all(&dist)?;
    let module = workspace.browser().join("loyalty_wasm_bg.wasm");
    copy(&module, &dist.join("loyalty_wasm_bg.wasm"))?;
    for folder in ["messages", "programmes", "schema", "demo"] {
        copy_folder(&source.join(folder), &dist.join(folder))?;
    }
    copy(&source.join("openapi.json"), &dist.join("openapi.json"))?;
    // Response headers of static files, in the format of Workers static assets.
    if source.join("_headers").is_file() {
        copy(&source.join("_headers"), &dist.join("_headers"))?;
    }
    // The script runs no other module than the one that came with it.
    let own = format!("--define:MODULE_INTEGRITY=\"{}\"", integrity(&module)?);
    bundle(workspace, &source.join("src/loyalty.ts"), &dist.join("loyalty.js"), &[&own])?;
    for folder in ["demo", "cookbook"] {
        for script in scripts_in(&source.join(folder))? {
            let beside = script.strip_prefix(&source)?.with_extension("js");
            bundle(workspace, &script, &dist.join(beside), &[])?;
        }
    }
    for folder in ["demo", "cookbook"] {
        let pages = source.join(folder).join("build.mjs");
        complete(command(workspace.root(), "node", [pages]).arg(dist.join(folder)))?;
    }
    let served = source.join("dist");
    if served.is_dir() {
        std::fs::remove_dir_all(&served).context("`www/dist` cannot be removed")?;
    }
    std::fs::rename(&dist, &served).context("`www/dist` cannot be put in place")
}

fn bundle(workspace: &Workspace, entry: &Path, out: &Path, more: &[&str]) -> Result<()> {
    let arguments =
        ["--bundle", "--minify", "--sourcemap", "--format=esm", "--target=es2022", "--log-level=warning"];
    let mut esbuild = command(workspace.root(), workspace.npm_command("esbuild"), arguments);
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(out);
    complete(esbuild.args(more).arg(outfile).arg(entry))
}

/// What a browser compares a file with that it loads.
fn integrity(file: &Path) -> Result<String> {
    Ok(format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(std::fs::read(file)?))))
}

/// Copies a folder, but for what the build reads; a folder that does not exist is an empty one.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy_folder(&path, &to.join(name))?;
        } else if !["ts", "mjs"].iter().any(|kind| is(&path, kind)) {
            copy(&path, &to.join(name))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).with_context(|| format!("`{}` cannot be copied", from.display()))?;
    Ok(())
}

fn scripts_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut scripts = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if is(&path, "ts") && !is_declaration(&path) {
                scripts.push(path);
            }
        }
    }
    scripts.sort();
    Ok(scripts)
}

fn is(path: &Path, kind: &str) -> bool {
    path.extension().is_some_and(|extension| extension == kind)
}

/// Declarations say what a script is; they are none.
fn is_declaration(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".d.ts")
}
