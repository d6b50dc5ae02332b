// The agency's own keys: the next one, the end of one by two persons; and another agency that shows two histories.
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { device, main, first, told, has, asksFor, faults, fill, idOf } = require('./hand');

/** The row of each signing key, oldest first. */
const rows = (page) => page.locator('main .list .row', { has: page.locator('b .num') });
const tag = (row) => row.locator('.tag').getAttribute('class');

/** A key is made, put into use later with a reason, and taken back by two: what it says before is what happens then. */
async function keys(at, check) {
  const { cmo } = at.bases;
  const one = await device(at, 'bopha');
  await one.page.goto(`${cmo}/keys`);
  const before = await rows(one.page).count();
  await one.page.click('a[href="/keys/next"]');
  await first(one.page).click();
  check(`not made: ${await faults(one.page)}`, (await told(one.page)) && (await rows(one.page).count()) === before + 1);
  check('it signs already', (await tag(rows(one.page).last())).includes('news'));
  await one.page.click('a[href="/keys/next"]');
  await first(one.page).click();
  check('nobody is waited for', await asksFor(one.page, 'reason'));
  await fill(one.page, { reason: 'The old key ends tonight.' });
  await first(one.page).click();
  check(`not in use: ${await faults(one.page)}`, (await told(one.page)) && (await tag(rows(one.page).last())).includes('good'));

  await rows(one.page).last().locator('a[href$="/revoke"]').click();
  const key = idOf(one.page, -2);
  check('nothing says what will happen', (await one.page.locator('main section.card li').count()) >= 4);
  await fill(one.page, { reason: '   ' });
  await first(one.page).click();
  check('no reason was asked for', await asksFor(one.page, 'reason'));
  await fill(one.page, { reason: 'A laptop was stolen.' });
  await first(one.page).click();
  check(`not asked: ${await faults(one.page)}`, await has(one.page, 'main .banner.wait'));
  check('one person took it back', (await tag(rows(one.page).last())).includes('good'));

  const other = await device(at, 'vanna');
  await other.page.goto(`${cmo}/people`);
  await other.page.locator('main a.row[href^="/waiting/"]', { hasText: key }).click();
  check('the second does not see why', (await main(other.page)).includes('A laptop was stolen.'));
  await first(other.page).click();
  check(`not taken back: ${await faults(other.page)}`, await told(other.page));
  await one.page.goto(`${cmo}/keys`);
  const ended = rows(one.page).nth(before);
  check('it is not taken back', (await tag(ended)).includes('stop') && !(await ended.locator('a').count()));
  check('none took its place', (await rows(one.page).count()) === before + 2 && (await tag(rows(one.page).last())).includes('good'));
  await one.page.goto(`${cmo}/keys/${key}/revoke`);
  check('it can be taken back twice', !(await has(one.page, 'form[action$="/revoke"]')));
  await Promise.all([one.context.close(), other.context.close()]);
}

/** An agency whose folder was copied: its second card is refused, it is stopped, and the proof convinces a third. */
async function parted(at, check) {
  const { cmo } = at.bases;
  const { context, page } = await device(at, 'bopha');
  const bring = async (card) => {
    await page.goto(`${cmo}/peers/add`);
    await fill(page, { card });
    await first(page).click();
  };
  await bring(at.parted[0]);
  check(`not introduced: ${await faults(page)}`, await told(page));
  const peer = page.url().split('?')[0];
  at.ids.parted = idOf(page);
  await bring(at.parted[1]);
  check('two histories were taken for one', await asksFor(page, 'card'));
  await page.goto(peer);
  check('it is not stopped', (await page.locator('main .over .tag').first().getAttribute('class')).includes('stop'));
  check('nothing says why', await has(page, '#evidence'));
  await page.click('main a[href$="/keys"]');
  check('its history is not shown', (await page.locator('section[aria-labelledby=log] li').count()) >= 2);
  await page.goto(peer);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[href*="/proof"]')]);
  const proof = path.join(at.stage.folder, 'ns.proof');
  await download.saveAs(proof);
  const said = execFileSync(process.env.SPEAN_PROGRAM, ['peer', 'check', proof, '--network', 'spean-demo', '--json']).toString();
  check(`a third is not convinced: ${said}`, JSON.parse(said).name === 'NS' && fs.statSync(proof).size > 0);
  await context.close();
}

module.exports = { keys, parted };
