// Real orders through the core, natively: rows a second, reading the file left out.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const whole = file('../../../shared/data/orders/CDNOW_sample.txt');
const orders = existsSync(whole) ? whole : file('../../crates/loyalty-cli/tests/data/CDNOW_sample_200.txt');
const programme = file('../../www/programmes/cdnow.json');

const replay = () => {
  const cargo = ['run', '--quiet', '--release', '--package', 'loyalty-cli', '--', 'replay', '--json'];
  const text = execFileSync('cargo', [...cargo, '--programme', programme, '--orders', orders], { encoding: 'utf8' });
  return JSON.parse(text);
};

const runs = Array.from({ length: 5 }, replay).sort((a, b) => a.rows_per_second - b.rows_per_second);
const median = runs[2];
console.log(JSON.stringify({ what: `replay of ${median.orders} orders, native`, value: Math.round(median.rows_per_second), unit: 'rows/s' }));
