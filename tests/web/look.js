// Looks at a page in every view: language, scheme, width. What it finds wrong is told, and counted.
const fs = require('fs');
const http = require('http');
const path = require('path');
const { Scale } = require('./weigh');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What a scheme or a width can break, which change colours and places and nothing else. */
const LOOKS = { type: 'rule', values: ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'] };
/** The parts of which a telephone shows others than a desk, or on another ground: the same on each page of somebody … */
const FRAME = ['.bar', '.places'];
/** … and of its own on each page that has it. */
const DOCK = ['.dock'];
const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 } };
/** Nobody's telephone is narrower; and a desk's page at twice the size has half the width. */
const NARROW = [{ width: 320, height: 640 }, { width: 640, height: 400 }];
/** How far somebody may spread letters and lines to read them (WCAG 1.4.12). */
const SPREAD = '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }';
/** By these the children of the story could be known: none may stand where a page is listed or remembered. */
const NAMES = ['សុខា', 'Sokha', 'ដារា', 'Dara', 'សុភា', 'Sophea', 'Vichet', 'Vibol', 'Sreyna', 'Fon'];

/** What was looked at, and what was wrong. */
class Findings {
  constructor() {
    this.wrong = [];
    this.looks = 0;
    this.passed = 0;
    /** Addresses that showed a page. */
    this.seen = new Set();
    /** The heaviest, and which it is. */
    this.weights = { first: [0], next: [0] };
  }

  found(where, what) {
    this.wrong.push(`${where}: ${what}`);
    console.log(`  WRONG ${where}: ${what}`);
  }

  check(where, what, holds) {
    if (!holds) this.found(where, what);
  }

  weighed(where, first, next) {
    if (first > this.weights.first[0]) this.weights.first = [first, where];
    if (next > this.weights.next[0]) this.weights.next = [next, where];
  }
}

/** The view of one person, or of nobody, in one language: a browser of its own, whose width and scheme change. */
async function view(browser, state, lang) {
  const context = await browser.newContext({ locale: lang, viewport: SIZES.phone, storageState: state, bypassCSP: true, reducedMotion: 'reduce', colorScheme: 'light' });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  return { lang, context, page, scale: await Scale.under(page) };
}

/**
 * Opens one page, and looks at it in both widths, light and dark; and whether it fits narrower ones.
 *
 * Axe takes half of the time. So it reads the whole page in four of the eight views, such that each pair of
 * language, width and scheme is among them; in the others the parts that change with the width, for the rest is the same;
 * and of these such as are on each page only `once` in a walk.
 */
async function look(findings, { lang, page, scale }, name, open, folder, once = true) {
  const where = `${name} ${lang}`;
  try {
    await page.setViewportSize(SIZES.phone);
    await open(page);
    await structure(findings, page, where, lang);
    await page.evaluate(axe);
    await narrow(findings, page, where);
    // In such an order that the scheme changes twice, and the next page begins with it.
    for (const [size, schemes] of [['phone', ['light', 'dark']], ['desk', ['dark', 'light']]]) {
      await page.setViewportSize(SIZES[size]);
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        const whole = ((lang === 'en') === (size === 'phone')) === (scheme === 'light');
        await ask(findings, page, `${where} ${size} ${scheme}`, scheme === 'light' ? TAGS : LOOKS, whole, once ? [...FRAME, ...DOCK] : DOCK);
        if (folder) await picture(page, path.join(folder, `${name}-${lang}-${scheme}-${size}.webp`));
      }
      findings.check(`${where} ${size}`, 'wider than its window', await fits(page));
    }
    const weight = await scale.faults();
    weight.wrong.forEach((what) => findings.found(where, what));
    findings.weighed(where, weight.first, weight.largest);
  } catch (error) {
    findings.found(where, error.message.split('\n')[0]);
  }
}

/** What axe says of the whole page, or of these parts as far as it has them. */
async function ask(findings, page, where, rules, whole, parts) {
  const said = await page.evaluate(([run, all, among]) => {
    const include = among.filter((part) => document.querySelector(part)).map((part) => [part]);
    return all || include.length ? globalThis.axe.run(all ? document : { include }, run) : { passes: [], violations: [] };
  }, [{ runOnly: rules, resultTypes: ['violations'] }, whole, parts]);
  findings.looks += whole ? 1 : 0;
  findings.passed += said.passes.length;
  for (const broken of said.violations) {
    const [first] = broken.nodes;
    findings.found(where, `axe ${broken.id} (${broken.nodes.length}): ${first.html.slice(0, 160)} ${first.failureSummary.replace(/\s+/g, ' ').slice(0, 200)}`);
  }
}

/** What axe finds on a page as it stands, for a story: the names of broken rules. */
async function rules(page) {
  await page.evaluate(axe);
  const said = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS);
  return said.violations.map((broken) => `${broken.id} ${broken.nodes[0].html.slice(0, 120)}`);
}

/** Headings, what a page is called, where it begins. */
async function structure(findings, page, where, lang) {
  // The browser moves there by itself, a moment after the page has come.
  if (await page.locator('#faults').count()) await page.waitForFunction(() => document.activeElement?.id === 'faults', null, { timeout: 5_000 }).catch(() => {});
  const seen = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    first: document.querySelectorAll('.button.first').length,
    scripts: [...document.scripts].map((script) => script.getAttribute('src') ?? 'in the page').filter((src) => !/^\/a\/\w+\/(live|passkey)\.js$/.test(src)),
    faults: document.querySelector('#faults') !== null,
    focused: document.activeElement?.id,
  }));
  findings.check(where, `speaks ${seen.lang}`, seen.lang === lang);
  findings.check(where, `has ${seen.headings} main headings`, seen.headings === 1);
  findings.check(where, `has ${seen.first} primary buttons`, seen.first <= 1);
  findings.check(where, `sends a script: ${seen.scripts}`, seen.scripts.length === 0);
  findings.check(where, 'does not move to what is wrong', !seen.faults || seen.focused === 'faults');
  const named = NAMES.filter((name) => `${seen.title} ${decodeURI(page.url())}`.includes(name));
  findings.check(where, `a name in its title or address: ${named}`, named.length === 0);
}

const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

/** Widths at which nothing may go beyond the window; and letters spread far on a telephone. */
async function narrow(findings, page, where) {
  for (const viewport of NARROW) {
    await page.setViewportSize(viewport);
    findings.check(`${where} ${viewport.width}`, 'wider than its window', await fits(page));
  }
  await page.setViewportSize(SIZES.phone);
  const spread = await page.addStyleTag({ content: SPREAD });
  findings.check(`${where} spread`, 'wider than its window', await fits(page));
  await spread.evaluate((style) => style.remove());
}

/** A picture of the whole page, small: WebP, as Chromium makes it. As tall as the page, so that bars stand at its ends. */
async function picture(page, file) {
  const devtools = await page.context().newCDPSession(page);
  const before = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: before.width, height: Math.max(before.height, height) });
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 60 });
  fs.writeFileSync(file, Buffer.from(data, 'base64'));
  await page.setViewportSize(before);
  await devtools.detach();
}

/** A page on which there is something to find: whoever looks and finds nothing there sees nothing anywhere. */
const BAD = `<!doctype html><html><title>Sokha</title><link rel="stylesheet" href="/a/0/long.css">
<body style="width:700px"><p style="color:#999">grey</p><b>ink</b><p class="bar" style="color:#777;background:#888">bar</p><img src="x" width="9" height="9"><!--${'-'.repeat(16_000)}>`;
const LONG = `/*${'-'.repeat(50_000)}*/ @media (prefers-color-scheme: dark) { body { background: #000; color: #222 } }`;

/** What of that is not found. */
async function control(browser) {
  const server = http.createServer((request, answer) => {
    const style = request.url.startsWith('/a/');
    answer.writeHead(200, { 'content-type': style ? 'text/css' : 'text/html' }).end(style ? LONG : BAD);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const seen = await view(browser, undefined, 'en');
  const quiet = new Findings();
  quiet.found = (where, what) => quiet.wrong.push(`${where}: ${what}`);
  await look(quiet, seen, 'control', (page) => page.goto(`http://127.0.0.1:${server.address().port}/`));
  await seen.context.close();
  server.close();
  const wide = ['320', '640', 'spread', 'phone'].map((at) => `control en ${at}: wider than its window`);
  const expected = ['axe image-alt', 'phone light: axe color-contrast', 'desk dark: axe color-contrast', 'phone dark: axe color-contrast', '0 main headings', 'speaks',
    'a name in its title', 'control en: / takes', 'bytes with all that it needs', ...wide];
  return expected.filter((what) => !quiet.wrong.some((found) => found.includes(what)));
}

module.exports = { SIZES, Findings, view, look, control, rules };
