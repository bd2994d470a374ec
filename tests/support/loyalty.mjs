// The `loyalty` command, built once a run.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "./worker.mjs";

const run = promisify(execFile);

/**
 * Runs `loyalty` with these arguments, from the checkout.
 *
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 */
export async function loyalty(...args) {
  const options = { cwd: root, maxBuffer: 64 << 20 };
  try {
    return { code: 0, ...(await run("cargo", ["run", "--quiet", "--package", "loyalty-cli", "--", ...args], options)) };
  } catch (error) {
    if (typeof error.code !== "number") throw error;
    return error;
  }
}

/**
 * Every scenario there is, with the answer of this machine: the files of `tests/cases` as they stand, those of other
 * systems' suites too, what the files of `tests/cases/refused` hold, and texts that are no scenario at all.
 *
 * @returns {Promise<{name: string, text: string, answer: Buffer}[]>}
 */
export async function scenarios() {
  const folder = await mkdtemp(path.join(tmpdir(), "loyalty-cases-"));
  try {
    const texts = [...(await files("")), ...(await files("peers")), ...(await files(REFUSED)), ...NO_SCENARIOS];
    const paths = texts.map((_, index) => path.join(folder, `${index}.json`));
    await Promise.all(texts.map(({ text }, index) => writeFile(paths[index], text)));
    const { code, stderr } = await loyalty("simulate", "--out", folder, ...paths);
    if (code !== 0) throw new Error(stderr);
    return await Promise.all(
      texts.map(async (one, index) => ({ ...one, answer: await readFile(path.join(folder, `${index}.answer.json`)) })),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const REFUSED = "refused";

const NO_SCENARIOS = [
  { name: "no text", text: "" },
  { name: "no JSON", text: "{" },
  { name: "JSON of another kind", text: '["scenario", 1.5, null]' },
  { name: "letters beyond the first plane", text: '{"programme":{"name":"Кружка 🎁\\ud83c\\udf81","name":1},"steps":[]}' },
];

async function files(folder) {
  const place = path.join(root, "tests/cases", folder);
  const names = (await readdir(place)).filter((name) => name.endsWith(".json")).sort();
  const read = names.map(async (file) => {
    const text = await readFile(path.join(place, file), "utf8");
    const whole = { name: path.join(folder, file), text };
    if (folder !== REFUSED) return [whole];
    return [whole, { name: `${whole.name}, what it holds`, text: held(JSON.parse(text)) }];
  });
  return (await Promise.all(read)).flat();
}

/** The scenario around a document that is refused. */
function held({ scenario, programme, text = JSON.stringify(programme) }) {
  return scenario ? JSON.stringify(scenario) : `{"programme":${text},"steps":[]}`;
}
