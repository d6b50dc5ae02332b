// Looks at a page in every view: language, scheme, width. What it finds wrong is told, and counted.
const fs = require('fs');
const path = require('path');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 } };
/** Nobody's telephone is narrower. */
const NARROW = { width: 320, height: 640 };
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
  }

  found(where, what) {
    this.wrong.push(`${where}: ${what}`);
    console.log(`  WRONG ${where}: ${what}`);
  }

  check(where, what, holds) {
    if (!holds) this.found(where, what);
  }
}

/** The views of one person, or of nobody: a browser of its own for each language and size. */
async function views(browser, state) {
  const all = [];
  for (const lang of ['en', 'km']) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const context = await browser.newContext({ locale: lang, viewport, storageState: state, bypassCSP: true, reducedMotion: 'reduce' });
      context.setDefaultTimeout(20_000);
      all.push({ lang, size, viewport, context });
    }
  }
  return all;
}

/** Opens one page in one view, and looks at it light and dark. */
async function look(findings, view, name, open, folder) {
  view.page ??= await view.context.newPage();
  const { page } = view;
  const where = `${name} ${view.lang} ${view.size}`;
  try {
    await open(page);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      await ask(findings, page, `${where} ${scheme}`, scheme === 'light');
      if (folder) await picture(page, path.join(folder, `${name}-${view.lang}-${scheme}-${view.size}.webp`));
    }
    await shape(findings, page, where, view);
  } catch (error) {
    findings.found(where, error.message.split('\n')[0]);
  }
}

/** What axe says. The dark scheme changes colours, so only those are asked for again. */
async function ask(findings, page, where, all) {
  const rules = all ? TAGS : { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
  const run = { runOnly: rules, resultTypes: ['violations'] };
  if (all) await page.evaluate(axe);
  const said = await page.evaluate((run) => globalThis.axe.run(document, run), run);
  findings.looks += 1;
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

/** Widths, headings, what a page is called. */
async function shape(findings, page, where, view) {
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  findings.check(where, 'wider than its window', (await wide()) <= 0);
  if (view.size === 'phone') {
    await page.setViewportSize(NARROW);
    findings.check(`${where} 320`, 'wider than its window', (await wide()) <= 0);
    await page.setViewportSize(view.viewport);
    const spread = await page.addStyleTag({ content: SPREAD });
    findings.check(`${where} spread`, 'wider than its window', (await wide()) <= 0);
    await spread.evaluate((style) => style.remove());
  }
  const seen = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    first: document.querySelectorAll('.button.first').length,
    scripts: [...document.scripts].map((script) => script.getAttribute('src') ?? 'in the page').filter((src) => !/^\/a\/\w+\/(live|passkey)\.js$/.test(src)),
    faults: document.querySelector('#faults') !== null,
    focused: document.activeElement?.id,
  }));
  findings.check(where, `speaks ${seen.lang}`, seen.lang === view.lang);
  findings.check(where, `has ${seen.headings} main headings`, seen.headings === 1);
  findings.check(where, `has ${seen.first} primary buttons`, seen.first <= 1);
  findings.check(where, `sends a script: ${seen.scripts}`, seen.scripts.length === 0);
  findings.check(where, 'does not move to what is wrong', !seen.faults || seen.focused === 'faults');
  const named = NAMES.filter((name) => `${seen.title} ${decodeURI(page.url())}`.includes(name));
  findings.check(where, `a name in its title or address: ${named}`, named.length === 0);
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
const BAD = '<!doctype html><html><title>Sokha</title><body style="width:400px"><p style="color:#999">grey</p><img src="x">';

/** Whether what is asked of each page can fail. */
async function control(browser) {
  const [view] = await views(browser);
  view.viewport = { width: 360, height: 740 };
  view.size = 'phone';
  const quiet = new Findings();
  quiet.found = (where, what) => quiet.wrong.push(what);
  await look(quiet, view, 'control', (page) => page.setViewportSize(view.viewport).then(() => page.setContent(BAD)));
  await view.context.close();
  const expected = ['axe image-alt', 'axe color-contrast', 'wider than its window', '0 main headings', 'speaks', 'a name in its title'];
  return expected.filter((what) => !quiet.wrong.some((found) => found.includes(what)));
}

module.exports = { SIZES, Findings, views, look, control, rules };
