// Sends to every route of www/openapi.json what fits its description and what does not, and looks for answers that are
// not described, or are the server's fault: `cargo xtask fuzz api`. The first argument is schemathesis; the others are
// its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { root, startWorker } from "../support/worker.mjs";
import { openShop, order } from "../worker/fixture.mjs";

const CHECKS = [
  "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
  "response_schema_conformance", "unsupported_method",
];

const [schemathesis, ...options] = process.argv.slice(2);
const worker = await startWorker({ rates: { KEY_RATE: 1e9, MEMBER_RATE: 1e9, CODE_RATE: 1e9 } });
try {
  const shop = await openShop(worker);
  await shop.pay("anna", order("1", "100.00"), "order");
  const { version } = (await shop.call("GET", "programme", undefined, { token: null })).body;
  const environment = {
    ...process.env,
    SCHEMATHESIS_HOOKS: path.join(root, "tests/api/hooks.py"),
    LOYALTY_ADMIN: worker.adminKey,
    LOYALTY_MERCHANT: shop.apiKey,
    LOYALTY_SHOPPER: await shop.token("anna"),
    LOYALTY_VERSION: version,
  };
  const run = ["run", path.join(root, "www/openapi.json"), "--url", worker.url, "--checks", CHECKS.join(","), "--suppress-health-check", "all", "--max-redirects", "0", ...options];
  const child = spawn(schemathesis, run, { env: environment, stdio: "inherit", cwd: path.join(root, "target") });
  [process.exitCode] = await once(child, "exit");
} finally {
  await worker.stop();
}
