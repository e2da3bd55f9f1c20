/**
 * The page of web/ in Chromium: bytes, time until it is ready, until the chip of the example is built and run, and frames a second
 * while its inference plays.
 *
 *     npm run web && npm run bench:web
 *
 * A frame is what `requestAnimationFrame` asks for: at most as many as the screen has, 60 a second where there is none.
 */
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const path = fileURLToPath(new URL('../web/dist/index.html', import.meta.url));
const [executablePath] = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].filter(
  existsSync,
);
if (!existsSync(path) || executablePath === undefined) {
  console.error(existsSync(path) ? 'there is no Chromium' : 'there is no page: npm run web');
  process.exit(2);
}

const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
let begin = performance.now();
const seconds = () => ((performance.now() - begin) / 1000).toFixed(1);
await page.goto(pathToFileURL(path).href);
await page.getByText(/Ready: build/).waitFor();
const ready = seconds();
begin = performance.now();
await page.click('#build');
await page.getByText(/^Built in/).waitFor({ timeout: 600_000 });
const built = seconds();

// Plays from the start to the end, with the whole mesh in sight.
const { frames, lasted, slow, dots } = await page.evaluate(`new Promise((done) => {
  document.getElementById('mesh').scrollIntoView();
  const { stage } = snncPage, times = [];
  let dots = 0;
  stage.playback.load(stage.playback.phases);
  stage.playback.isPlaying = true;
  const look = (time) => {
    times.push(time);
    dots = Math.max(dots, stage.frame?.dots ?? 0);
    if (!stage.playback.isAtEnd) return requestAnimationFrame(look);
    const gaps = times.slice(1).map((at, k) => at - times[k]);
    done({ frames: gaps.length, lasted: times.at(-1) - times[0], slow: gaps.filter((gap) => gap > 25).length, dots });
  };
  requestAnimationFrame(look);
})`);
await browser.close();

console.log(`page                      ${(statSync(path).size / 1e6).toFixed(1)} MB`);
console.log(`ready after               ${ready} s`);
console.log(`chip built and run after  ${built} s (40 calibration samples, T = 8, 40 digits)`);
console.log(
  `frames a second           ${((1000 * frames) / lasted).toFixed(1)} over ${(lasted / 1000).toFixed(1)} s; ${slow} of ${frames} took more than 25 ms; at most ${dots} flits in one`,
);
