// The stories: what people do, with JavaScript off where nothing else is said. One line each, in the order in which they are told:
//
//   [title, story, the views in which it is told]
//
// A story is a function of the stage (`at`, see main.js; its device is as `at.view` says) and of `check(what, holds)`.
const { signIn, join, unlock } = require('./doors');
const { accept, decline, goOn, follow } = require('./answers');
const { search, keyboard } = require('./finding');
const { live } = require('./live');

const EN = { lang: 'en', size: 'phone' };
const KM = { lang: 'km', size: 'phone' };

/** So that there is somebody to look at the pages. */
const BEGIN = [
  ['they sign in with passphrase and code', signIn, [EN]],
];

/** While the offers of the demo still wait. */
const ANSWER = [
  ['a newcomer joins by invitation, changes the language, hides the page', join, [KM]],
  ['an offer is accepted in three taps', accept, [KM]],
  ['an offer is declined with a reason', decline, [EN]],
  ['a case is searched in both scripts', search, [KM]],
  ['the keyboard finds its way', keyboard, [EN]],
];

/** When the pages of an accepted offer were looked at. */
const GO_ON = [
  ['progress, a note, the end', goOn, [KM]],
  ['the sender follows it', follow, [EN]],
  ['news comes to an open page, with JavaScript', live, [EN, { lang: 'km', size: 'desk' }]],
  ['a locked node is opened, its administrator comes in', unlock, [EN]],
];

/** Tells the stories of a list, one after the other, and says how each ended. */
async function tell(findings, list, at) {
  console.log('stories');
  for (const [title, story, views] of list) {
    for (const view of views) {
      const [begun, where] = [Date.now(), `${title} (${view.lang}, ${view.size})`];
      try {
        await story({ ...at, view }, (what, holds) => findings.check(where, what, holds));
      } catch (error) {
        findings.found(where, error.message.split('\n').slice(0, 3).join(' '));
      }
      console.log(`  ${where}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    }
  }
}

module.exports = { BEGIN, ANSWER, GO_ON, tell };
