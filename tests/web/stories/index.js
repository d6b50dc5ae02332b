// The stories: what people do, with JavaScript off where nothing else is said. One line each, in the order in which they are told:
//
//   [title, story, the views in which it is told]
//
// A story is a function of the stage (`at`, see main.js; its device is as `at.view` says) and of `check(what, holds)`.
const { signIn, join, unlock, noRoom } = require('./doors');
const { accept, decline, goOn, follow } = require('./answers');
const { search, keyboard } = require('./finding');
const { live } = require('./live');
const { add } = require('./cases');
const { record, end } = require('./consents');
const { refer, withdraw } = require('./refer');
const { second, byTwo } = require('./people');
const { introduce, differs, verify, leave } = require('./trust');
const { together } = require('./together');
const { keys, parted } = require('./keys');
const { glass, audit } = require('./watching');
const { draft, exported } = require('./kept');
const { passkey } = require('./passkeys');
const { setUp } = require('./setup');

const EN = { lang: 'en', size: 'phone' };
const KM = { lang: 'km', size: 'phone' };
/** Both languages, both widths: what is told in these is told anew in each, from its beginning. */
const ALL = [KM, { lang: 'en', size: 'desk' }, EN, { lang: 'km', size: 'desk' }];

/** So that there is somebody to look at the pages. */
const BEGIN = [
  ['they sign in with passphrase and code', signIn, [EN]],
];

/** Of a node without room. */
const NO_ROOM = [
  ['a node without room lets somebody in, and says how it is', noRoom, [EN]],
];

/** While the offers of the demo still wait. */
const ANSWER = [
  ['a newcomer joins by invitation, changes the language, hides the page', join, [KM]],
  ['an offer is accepted in three taps', accept, [KM]],
  ['an offer is declined with a reason', decline, [EN]],
  ['a case is searched in both scripts', search, [KM]],
  ['the keyboard finds its way', keyboard, [EN]],
  ['a newcomer uses a passkey', passkey, ALL],
];

/** When the pages of an accepted offer were looked at. */
const GO_ON = [
  ['progress, a note, the end', goOn, [KM]],
  ['the sender follows it', follow, [EN]],
  ['news comes to an open page, with JavaScript', live, [EN, { lang: 'km', size: 'desk' }]],
  ['a worker asks, a supervisor decides', together, [KM, { lang: 'en', size: 'desk' }]],
];

/** From a child who is written down to what others hold of them. */
const REFER = [
  ['a child is written down', add, ALL],
  ['what is half written is kept', draft, ALL],
  ['a consent is recorded', record, ALL],
  ['what they see is what was looked at', refer, ALL],
  ['a referral is taken back', withdraw, ALL],
];

/** Of two administrators, and of those who watch. */
const WATCH = [
  ['one administrator lets in a second', second, [KM]],
  ['two let somebody in', byTwo, ALL],
  ['an agency is introduced', introduce, [EN]],
  ['its number differs', differs, ALL],
  ['two persons verify it', verify, ALL],
  ['a signing key is replaced, and taken back by two', keys, [KM, { lang: 'en', size: 'desk' }]],
  ['an agency shows two histories', parted, [EN]],
  ['a case is opened with a reason', glass, ALL],
  ['the auditor looks and checks', audit, ALL],
  ['the auditor exports a part', exported, [EN, KM]],
  ['two requests are left waiting', leave, [EN]],
];

/** The consents of those children end, and what was sent is erased. */
const END = [
  ['a consent ends', end, ALL],
  ['a locked node is opened, its administrator comes in', unlock, [EN]],
];

/** Agencies of their own, made from nothing. */
const FIRST = [
  ['an agency is set up in the browser', setUp, ALL],
];

/** These change one thing that all views share: they are told one view after the other. */
const ALONE = [differs, verify, keys, live, together];

/** Tells the stories of a list, one after the other, each in all its views at once; and says how each ended. */
async function tell(findings, list, at) {
  console.log('stories');
  for (const [title, story, views] of list) {
    const begun = Date.now();
    const telling = (view) => inView(findings, title, story, { ...at, view, made: (at.of[`${view.lang} ${view.size}`] ??= {}) });
    if (ALONE.includes(story)) for (const view of views) await telling(view);
    else await Promise.all(views.map(telling));
    console.log(`  ${title}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  }
}

async function inView(findings, title, story, at) {
  const where = `${title} (${at.view.lang}, ${at.view.size})`;
  try {
    await story(at, (what, holds) => findings.check(where, what, holds));
  } catch (error) {
    findings.found(where, error.message.split('\n').slice(0, 3).join(' '));
  }
}

module.exports = { BEGIN, NO_ROOM, ANSWER, GO_ON, REFER, WATCH, END, FIRST, tell };
