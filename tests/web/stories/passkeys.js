// A passkey from invitation to the list of settings. The one story with JavaScript on: browsers give passkeys to scripts
// only. Chromium plays the device, with a screen lock that is always opened.
const { SIZES, rules } = require('../look');
const { device, main, first, told, isIn, faults } = require('./hand');

const DEVICE = {
  protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
  automaticPresenceSimulation: true,
};

/** Each telling invites somebody of its own. */
let newcomers = 0;

/** An invitation to DT, made on the page by its administrator. */
async function invitation(at, check) {
  const { context, page } = await device(at, 'sothy');
  newcomers += 1;
  const name = `chenda${newcomers}`;
  await page.goto(`${at.bases.dt}/people/invite`);
  await page.fill('#name', 'Long Chenda');
  await page.fill('#sign_in', name);
  await page.check('[name="social_worker"]');
  await first(page).click();
  const link = (await page.content()).match(/\/join\/[\w-]{43}/);
  check(`no invitation: ${await faults(page)}`, link !== null);
  await context.close();
  return at.bases.dt + link[0];
}

async function passkey(at, check) {
  const url = await invitation(at, check);
  const context = await at.browser.newContext({ locale: at.view.lang, viewport: SIZES[at.view.size] });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const look = async (what) => {
    const wrong = await rules(page);
    check(`${what}: ${wrong}`, wrong.length === 0);
    check(`${what}: ${await page.locator('.button.first').count()} primary buttons`, (await page.locator('.button.first').count()) <= 1);
  };
  const inside = () => page.waitForSelector('nav.places');
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options: DEVICE });

  // The screen lock is not opened: nothing happens, and the page says so.
  await page.goto(url);
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await first(page).click();
  await page.waitForSelector('[data-say=refused]:not([hidden])');
  await look('an invitation, refused');
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await page.fill('#passkey_name', 'Red telephone');
  await first(page).click();
  await inside();

  await page.goto(`${at.bases.dt}/settings`);
  check('the passkey is not listed', (await main(page)).includes('Red telephone'));
  await look('settings');
  await page.locator('form[action="/sign-out"] button').click();
  await page.waitForSelector('#passphrase');
  await look('sign-in');
  check('the box for shared computers does not stand there once', (await page.locator('input[type=checkbox][name=shared]').count()) === 1);
  const sent = [];
  page.on('request', (request) => { if (request.url().endsWith('/sign-in/passkey')) sent.push(request.postData()); });
  await page.check('input[type=checkbox][name=shared]');
  await first(page).click();
  await inside();
  check(`not in: ${await faults(page)}`, await isIn(page));
  check('what the box says is not sent', sent.length === 1 && sent[0].includes('shared=yes'));

  // A second one of the same device is refused by it; the last way in stays.
  await page.goto(`${at.bases.dt}/settings/passkeys/new`);
  await first(page).click();
  await page.waitForSelector('[data-say=known]:not([hidden])');
  await look('one more passkey');
  await page.goto(`${at.bases.dt}/settings`);
  await page.locator('a.row[href^="/settings/passkeys/"]').click();
  await page.fill('#passkey_name', 'Blue telephone');
  await look('one passkey');
  await first(page).click();
  check(`it was not renamed: ${await faults(page)}`, (await told(page)) && (await main(page)).includes('Blue telephone'));
  await page.locator('a.row[href^="/settings/passkeys/"]').click();
  await page.locator('form[action$="/remove"] button').click();
  await page.goto(`${at.bases.dt}/settings`);
  check('the last way in was removed', (await main(page)).includes('Blue telephone'));
  // The pages of somebody with a passkey are looked at later.
  const [path, state] = [await page.locator('a.row[href^="/settings/passkeys/"]').getAttribute('href'), await context.storageState()];
  [at.ids.passkey, at.states.chenda] = [path.split('/').pop(), state];
  await context.close();
}

module.exports = { passkey };
