// What is half written waits for who wrote it; a part of the record leaves as a signed file.
const fs = require('fs');
const { device, main, first, told, has, faults, box, fill } = require('./hand');

/** A consent is begun, saved and gone on with; then thrown away. */
async function draft(at, check) {
  const path = `${at.bases.cmo}/c/${at.made.case}/consent/new`;
  const { context, page } = await device(at, 'rattana');
  await page.goto(path);
  await fill(page, { 'categories.identity': true, 'keep_uninformed.0.who': 'the uncle' });
  await page.click('button[name=draft]');
  check(`not saved: ${await faults(page)}`, (await told(page)) && new URL(page.url()).pathname === '/drafts');
  check('the list says who', !(await main(page)).includes('uncle'));
  const own = `main a[href="/c/${at.made.case}/consent/new"]`;
  await page.goto(`${at.bases.cmo}/cases`);
  await page.click('main a[href="/drafts"]');
  await page.click(own);
  check('what was written is lost', (await box(page, 'keep_uninformed.0.who').inputValue()) === 'the uncle');
  check('what was ticked is lost', await box(page, 'categories.identity').isChecked());
  await page.click('main form.banner button');
  check('it was not thrown away', (await told(page)) && !(await has(page, own)));
  await context.close();
}

/** One who checks the record asks for a part of it, and gets it as a file. */
async function exported(at, check) {
  const { context, page } = await device(at, 'sothy');
  await page.goto(`${at.bases.dt}/audit`);
  await page.click('main a[href="/audit/export"]');
  await first(page).click();
  check('no day was asked for', await has(page, '#faults a[href="#since"]'));
  const day = new Date().toISOString().slice(0, 10);
  await fill(page, { since: '2020-01-01', until: day });
  await first(page).click();
  check(`not asked: ${await faults(page)}`, (await has(page, '.banner.good')) || (await has(page, '.banner.news')));
  const coming = page.waitForEvent('download');
  await page.locator('main li.row form button').first().click();
  const file = await coming;
  check(`it is called ${file.suggestedFilename()}`, /^record-\d+-\d+\.jsonl$/.test(file.suggestedFilename()));
  const text = fs.readFileSync(await file.path(), 'utf8');
  check('it is no export', text.startsWith('{"spean":"audit export","format":1,') && text.endsWith('}\n'));
  await context.close();
}

module.exports = { draft, exported };
