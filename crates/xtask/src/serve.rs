//! The Worker and the demo shop on this machine, as a developer meets them.

use crate::http::{Request, send};
use crate::local::{Secrets, secrets};
use crate::process::command;
use crate::setup::{Needs, hex};
use crate::workspace::Workspace;
use crate::{build, setup};
use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use sha2::{Digest, Sha256};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The port on 127.0.0.1
    #[arg(long, default_value_t = 8787)]
    port: u16,
}

const START_PATIENCE: Duration = Duration::from_secs(60);
const HEALTH_PATIENCE: Duration = Duration::from_secs(2);
const ANSWER_PATIENCE: Duration = Duration::from_secs(15);
const STOP_PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(100);

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let port = options.port;
    setup::run(workspace, &Needs::build())?;
    build::run(workspace)?;
    let secrets = secrets(workspace)?;
    // Asked before Wrangler is, which would quietly take another port.
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("port {port} is taken: stop what uses it or name another with `--port`"))?;
    let stop = stop_signal()?;
    println!("==> starting the Worker");
    let mut wrangler = wrangler(workspace, port).spawn().context("`wrangler` could not be started")?;
    let outcome = serve(workspace, port, &secrets, &mut wrangler, &stop);
    end(&mut wrangler)?;
    outcome
}

/// The same Worker, storage and static files that Cloudflare would run, without an account or network.
fn wrangler(workspace: &Workspace, port: u16) -> Command {
    let mut wrangler = command(workspace.root(), workspace.npm_command("wrangler"), ["dev", "--local"]);
    wrangler.args(["--ip", "127.0.0.1", "--port", &port.to_string(), "--inspector-port", "0"]);
    wrangler.args(["--persist-to", ".wrangler/state", "--log-level", "warn"]);
    wrangler.arg("--show-interactive-dev-session=false");
    offline(&mut wrangler);
    wrangler.stdin(Stdio::null());
    wrangler
}

/// Wrangler reports usage, looks for updates and asks where it is, unless told not to.
fn offline(wrangler: &mut Command) {
    wrangler.env("WRANGLER_SEND_METRICS", "false");
    wrangler.env("WRANGLER_SEND_ERROR_REPORTS", "false");
    wrangler.env("WRANGLER_HIDE_BANNER", "true");
    wrangler.env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
    wrangler.env("WRANGLER_LOG_PATH", ".wrangler/logs");
    wrangler.env("WRANGLER_REGISTRY_PATH", ".wrangler/registry");
}

fn serve(
    workspace: &Workspace,
    port: u16,
    secrets: &Secrets,
    wrangler: &mut Child,
    stop: &AtomicBool,
) -> Result<()> {
    if !wait_until_healthy(port, wrangler, stop)? {
        return Ok(());
    }
    open_shops(workspace, port, secrets)?;
    println!();
    println!("    demo shop  http://localhost:{port}/demo/");
    println!("    cookbook   http://localhost:{port}/cookbook/");
    println!("    API key    {}", secrets.api_key_file.display());
    println!();
    println!("    Ctrl-C stops it; the points stay in .wrangler/state");
    match wait_for_end(wrangler, stop)? {
        None => Ok(()),
        Some(status) => bail!("the Worker ended by itself ({status})"),
    }
}

/// Whether the Worker answers; false when somebody stopped it first.
fn wait_until_healthy(port: u16, wrangler: &mut Child, stop: &AtomicBool) -> Result<bool> {
    let started = Instant::now();
    while started.elapsed() < START_PATIENCE {
        if stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        if let Some(status) = wrangler.try_wait()? {
            bail!("the Worker did not start ({status})");
        }
        if healthy(port) {
            return Ok(true);
        }
        std::thread::sleep(PAUSE);
    }
    bail!("the Worker did not answer within {} s", START_PATIENCE.as_secs())
}

fn healthy(port: u16) -> bool {
    let request = Request { method: "GET", path: "/health", key: "", body: "", patience: HEALTH_PATIENCE };
    send(port, &request).is_ok_and(|answer| answer.status == 200)
}

/// Shops to try things in, each with the programme of its name. They are shops like any other, set up
/// over the public API.
const SHOPS: [(&str, &str); 8] = [
    ("demo", "Demo shop"),
    ("cdnow", "Replayed orders"),
    // The ready programmes of the cookbook.
    ("cashback", "Alder & Clay"),
    ("beauty", "Rosa Beauty"),
    ("coffee", "Corner Coffee"),
    ("hotel", "Lime Tree Hotel"),
    ("coalition", "Market & Road"),
    ("discount-card", "Alder & Clay"),
];

fn open_shops(workspace: &Workspace, port: u16, secrets: &Secrets) -> Result<()> {
    for (id, name) in SHOPS {
        let shop = serde_json::json!({
            "name": name,
            "landing": format!("http://localhost:{port}/demo/friend?shop={id}"),
            "origins": [format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")],
            "keys": [hex(&Sha256::digest(secrets.api_key.as_bytes()))],
        });
        put(port, &format!("/v1/shops/{id}"), &secrets.admin_key, &shop.to_string())?;
        let file = format!("www/programmes/{id}.json");
        let programme = std::fs::read_to_string(workspace.path(&file))
            .with_context(|| format!("`{file}` cannot be read"))?;
        put(port, &format!("/v1/shops/{id}/programme"), &secrets.api_key, &programme)?;
    }
    Ok(())
}

/// Puts, again when told to: Wrangler may restart the Worker once while it settles on its files.
fn put(port: u16, path: &str, key: &str, body: &str) -> Result<()> {
    let request = Request { method: "PUT", path, key, body, patience: ANSWER_PATIENCE };
    let started = Instant::now();
    loop {
        let answer = send(port, &request).with_context(|| format!("PUT {path} was not answered"))?;
        match answer.status {
            200 | 201 => return Ok(()),
            503 if started.elapsed() < ANSWER_PATIENCE => std::thread::sleep(PAUSE),
            status => bail!("PUT {path} was answered {status}: {}", answer.text.trim()),
        }
    }
}

fn stop_signal() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}

/// How the Worker ended, or `None` when it was asked to.
fn wait_for_end(wrangler: &mut Child, stop: &AtomicBool) -> Result<Option<ExitStatus>> {
    loop {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        if let Some(status) = wrangler.try_wait()? {
            // Ctrl-C reaches both processes at once, and Wrangler may be the quicker one.
            std::thread::sleep(PAUSE);
            return Ok((!stop.load(Ordering::Relaxed)).then_some(status));
        }
        std::thread::sleep(PAUSE);
    }
}

/// Asks Wrangler to take its own processes down, and insists after a while.
fn end(wrangler: &mut Child) -> Result<()> {
    let started = Instant::now();
    if wrangler.try_wait()?.is_none() {
        // It may end between the question and the signal; then there is nothing left to do.
        let _ = kill_process(Pid::from_child(wrangler), Signal::TERM);
    }
    while wrangler.try_wait()?.is_none() {
        if started.elapsed() > STOP_PATIENCE {
            wrangler.kill()?;
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}
