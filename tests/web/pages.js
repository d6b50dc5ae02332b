// The pages that are looked at in every view. One line each:
//
//   [name, agency, who, address, what is typed before the button is pressed]
//
// `{offer}` and the like stand for ids that main.js finds. Without the last part the page is only opened; `{}` presses the
// button with nothing typed, `press` another one than the first; a list goes on to the next page; `'none'` says that there
// is none. What is typed here is refused, or only shown: a walk changes nothing, but for an invitation, whose page stands in
// the answer alone, and drafts; so whoever goes on in a long form is not who begins one.
const { ASKED, CONSENT, ALIKE, WORDS, once } = require('./typed');

/** While the offers still wait. */
const BEFORE = [
  ['sign-in', 'dt', 'nobody', '/'],
  ['join', 'dt', 'nobody', '/join'],
  ['join-wrong', 'dt', 'nobody', '/join', { '#token': 'not an invitation' }],
  ['enrol', 'dt', 'nobody', '{newcomer}'],
  ['enrol-wrong', 'dt', 'nobody', '{newcomer}', { '#passphrase': 'three rivers meet', '#again': 'two rivers', '#code': '123456' }],
  ['not-there-nobody', 'dt', 'nobody', '/nowhere'],
  ['hide', 'dt', 'nobody', '/hide'],

  // Soon after signing in, or it would have to be done again.
  ['passkey-add', 'dt', 'maly', '/settings/passkeys/new'],
  ['passphrase-change', 'dt', 'maly', '/settings/passphrase'],
  ['passphrase-change-wrong', 'dt', 'maly', '/settings/passphrase', { '#passphrase': 'three rivers meet', '#again': 'two rivers', '#code': '123456' }],
  ['inbox', 'dt', 'maly', '/inbox'],
  ['inbox-team', 'dt', 'maly', '/inbox?whose=team'],
  ['offer', 'dt', 'maly', '/r/{offer}'],
  ['accept', 'dt', 'maly', '/r/{offer}/accept'],
  ['decline', 'dt', 'maly', '/r/{offer}/decline'],
  ['decline-wrong', 'dt', 'maly', '/r/{offer}/decline', {}],
  ['sent-empty', 'dt', 'maly', '/sent'],
  ['cases-empty', 'dt', 'maly', '/cases'],
  ['decisions-none', 'dt', 'maly', '/decisions'],
  ['help', 'dt', 'maly', '/help'],
  ['settings', 'dt', 'maly', '/settings'],
  ['more', 'dt', 'maly', '/more'],
  ['not-there', 'dt', 'maly', '/r/ffffff'],
  ['not-so', 'dt', 'maly', '/sign-out'],
  ['glass', 'dt', 'maly', '/c/ffffff/open'],
  ['glass-wrong', 'dt', 'maly', '/c/ffffff/open', { '#reason': '          ' }],
  ['glass-exchange', 'dt', 'maly', '/r/ffffff/open'],

  ['supervisor-inbox', 'dt', 'visal', '/inbox'],
  ['administrator-more', 'dt', 'sothy', '/more'],
  ['administrator-cases', 'dt', 'sothy', '/cases'],

  ['inbox-empty', 'cmo', 'rattana', '/inbox'],
  ['sent', 'cmo', 'rattana', '/sent'],
  ['sent-one', 'cmo', 'rattana', '/r/{sent}'],
  ['cases', 'cmo', 'rattana', '/cases'],
  ['cases-found', 'cmo', 'rattana', '/cases', { '#term': 'សុខា' }],
  ['cases-none-found', 'cmo', 'rattana', '/cases', { '#term': 'Nobody' }],
  ['cases-wrong', 'cmo', 'rattana', '/cases', {}],
  ['case', 'cmo', 'rattana', '/c/{case}'],
  ['case-add', 'cmo', 'rattana', '/cases/new'],
  ['case-add-wrong', 'cmo', 'rattana', '/cases/new', {}],
  ['case-alike', 'cmo', 'rattana', '/cases/new', ALIKE],
  ['case-edit', 'cmo', 'rattana', '/c/{case}/edit/identity'],
  ['case-edit-long', 'cmo', 'rattana', '/c/{case}/edit/protection'],
  ['case-edit-entry', 'cmo', 'rattana', '/c/{case}/edit/family/members/0'],
  ['consents', 'cmo', 'rattana', '/c/{case}/consent'],
  ['consent-ask', 'cmo', 'rattana', '/c/{case}/consent/ask'],
  ['consent-new', 'cmo', 'rattana', '/c/{case}/consent/new'],
  ['consent-new-wrong', 'cmo', 'rattana', '/c/{case}/consent/new', {}],
  ['drafts-empty', 'cmo', 'rattana', '/drafts'],
  ['consent-given', 'cmo', 'chanthou', '/c/{case}/consent/new', CONSENT],
  ['consent-given-wrong', 'cmo', 'chanthou', '/c/{case}/consent/new', [CONSENT, {}]],
  ['consent-end', 'cmo', 'rattana', '{end}'],
  ['consent-review', 'cmo', 'chanthou', '{review}'],
  ['custody', 'cmo', 'rattana', '/c/{case}/custody'],
  ['refer-who', 'cmo', 'rattana', '/c/{case}/refer'],
  ['refer-what', 'cmo', 'rattana', '/c/{case}/refer/{to}'],
  ['refer-what-wrong', 'cmo', 'rattana', '/c/{case}/refer/{to}', {}],
  ['refer-words', 'cmo', 'chanthou', '/c/{case}/refer/{to}', WORDS],
  ['refer-check', 'cmo', 'chanthou', '/c/{case}/refer/{to}', ASKED],
  ['refer-check-wrong', 'cmo', 'chanthou', '/c/{case}/refer/{to}', [ASKED, {}]],
  ['refer-check-two', 'cmo', 'chanthou', '/c/{case}/refer/{to}', [WORDS, { '[name="allow.words"]': true }]],
  ['withdraw', 'cmo', 'rattana', '/r/{sent}/withdraw'],
  ['withdraw-wrong', 'cmo', 'rattana', '/r/{sent}/withdraw', {}],
  ['own-tokens-none', 'cmo', 'rattana', '/settings/tokens'],

  ['teams-empty', 'cmo', 'chanthou', '/teams'],
  ['board-sender', 'cmo', 'chanthou', '/board'],
  ['assign-case', 'cmo', 'chanthou', '/c/{case}/assign'],
];

/** Of those who look after trust, people and the work of others. */
const TRUST = [
  ['people', 'dt', 'sothy', '/people'],
  ['people-supervisor', 'dt', 'visal', '/people'],
  ['people-invite', 'dt', 'sothy', '/people/invite'],
  ['people-invite-wrong', 'dt', 'sothy', '/people/invite', { '#name': 'Kong Kosal', '#sign_in': '!!', '[name="auditor"]': 'on' }],
  ['invited', 'dt', 'sothy', '/people/invite', { '#name': 'Kong Kosal', '#sign_in': once('kosal'), '[name="auditor"]': 'on' }],
  ['person', 'dt', 'sothy', '/people/{person}'],
  ['person-recover', 'dt', 'sothy', '/people/{person}/recover'],
  ['person-remove', 'dt', 'sothy', '/people/{person}/remove'],
  ['peers', 'dt', 'sothy', '/peers'],
  ['peer', 'dt', 'sothy', '/peers/{peer}'],
  ['peer-keys', 'dt', 'sothy', '/peers/{peer}/keys'],
  ['peer-no-proof', 'dt', 'sothy', '/peers/{peer}/proof', 'none'],
  ['peer-compare', 'dt', 'sothy', '/peers/{peer}/compare'],
  ['peer-suspend', 'dt', 'sothy', '/peers/{peer}/suspend'],
  ['peer-suspend-wrong', 'dt', 'sothy', '/peers/{peer}/suspend', {}],
  ['peer-add', 'dt', 'sothy', '/peers/add'],
  ['peer-add-wrong', 'dt', 'sothy', '/peers/add', { '#card': 'not a card' }],
  ['keys', 'dt', 'sothy', '/keys'],
  ['key-next', 'dt', 'sothy', '/keys/next'],
  ['key-revoke', 'dt', 'sothy', '/keys/{key}/revoke'],
  ['key-revoke-wrong', 'dt', 'sothy', '/keys/{key}/revoke', { '#reason': '   ' }],
  ['key-slots', 'dt', 'sothy', '/keys/slots'],
  ['kit', 'dt', 'sothy', '/keys/kit'],
  ['kit-wrong', 'dt', 'sothy', '/keys/kit', { '#secret': 'spnkit1 qqqq' }],
  ['audit', 'dt', 'sothy', '/audit'],
  ['export', 'dt', 'sothy', '/audit/export'],
  ['export-wrong', 'dt', 'sothy', '/audit/export', { '#since': '2020-01-01', '#until': '2020-01-31' }],
  ['audit-none', 'dt', 'sothy', '/audit', { '#who': 'nobody of this name' }],
  ['audit-checked', 'dt', 'sothy', '/audit', { press: 'button[formaction="/audit/check"]' }],
  ['tokens', 'dt', 'sothy', '/tokens'],
  ['token-revoke', 'dt', 'sothy', '/tokens/{token}/revoke'],
  ['tokens-none', 'cmo', 'bopha', '/tokens'],
  ['own-tokens', 'dt', 'maly', '/settings/tokens'],
  ['own-token-revoke', 'dt', 'maly', '/settings/tokens/{own}/revoke'],
  ['administrator-settings', 'dt', 'sothy', '/settings'],
  ['peers-worker', 'dt', 'maly', '/peers'],
  ['peer-worker', 'dt', 'maly', '/peers/{peer}'],
  ['board', 'dt', 'visal', '/board'],
  ['assign', 'dt', 'visal', '/r/{offer}/assign'],
  ['teams', 'dt', 'visal', '/teams'],
  ['teams-wrong', 'dt', 'visal', '/teams', { '#name': 'night team' }],
  ['team', 'dt', 'visal', '/teams/{team}'],
  ['team-remove', 'dt', 'visal', '/teams/{team}/remove'],
  ['administrator-teams', 'dt', 'sothy', '/teams'],
];

/** When an offer was accepted, and its child's information has come. */
const AFTER = [
  ['inbox-going', 'dt', 'maly', '/inbox'],
  ['story', 'dt', 'maly', '/r/{released}'],
  ['released', 'dt', 'maly', '/r/{released}/case'],
  ['note', 'dt', 'maly', '/r/{released}/note'],
  ['note-wrong', 'dt', 'maly', '/r/{released}/note', {}],
  ['progress', 'dt', 'maly', '/r/{released}/progress'],
  ['progress-wrong', 'dt', 'maly', '/r/{released}/progress', { '#text': 'Ate well, and slept.' }],
  ['complete', 'dt', 'maly', '/r/{released}/complete'],
  ['complete-wrong', 'dt', 'maly', '/r/{released}/complete', {}],
  ['answered', 'dt', 'maly', '/r/{released}/accept'],
  ['declined', 'dt', 'maly', '/r/{declined}'],
  ['sent-answered', 'cmo', 'rattana', '/sent'],
  ['story-sender', 'cmo', 'rattana', '/r/{released}'],
  ['declined-sender', 'cmo', 'rattana', '/r/{declined}'],
  ['settings-passkey', 'dt', 'chenda', '/settings'],
  ['passkey', 'dt', 'chenda', '/settings/passkeys/{passkey}'],
  ['passkey-wrong', 'dt', 'chenda', '/settings/passkeys/{passkey}', { '#passkey_name': '   ' }],
];

/** When children of the stories were referred, two administrators are there, and somebody broke the glass. */
const LATE = [
  ['completed', 'dt', 'maly', '/r/{released}'],
  ['taken-back-there', 'dt', 'maly', '/r/{takenBack}'],
  ['taken-back', 'cmo', 'rattana', '/r/{takenBack}'],
  ['custody-holding', 'cmo', 'rattana', '/c/{child}/custody'],
  ['decisions-own', 'cmo', 'rattana', '/decisions'],
  ['decision-own', 'cmo', 'rattana', '/decisions/{words}'],
  ['drafts', 'cmo', 'chanthou', '/drafts'],
  ['decisions', 'cmo', 'chanthou', '/decisions'],
  ['decision-consent', 'cmo', 'chanthou', '/decisions/{asked}'],
  ['decision-words', 'cmo', 'chanthou', '/decisions/{words}'],
  ['board-opened', 'cmo', 'chanthou', '/board'],
  ['not-assigned', 'cmo', 'sreymom', '/c/{case}'],
  ['opened', 'cmo', 'sreymom', '/c/{child}'],
  ['opened-consents', 'cmo', 'sreymom', '/c/{child}/consent'],
  ['people-waiting', 'cmo', 'vanna', '/people'],
  ['waiting', 'cmo', 'vanna', '/waiting/{invited}'],
  ['waiting-own', 'cmo', 'bopha', '/waiting/{invited}'],
  ['waiting-peer', 'cmo', 'vanna', '/waiting/{compared}'],
  ['waiting-peer-wrong', 'cmo', 'vanna', '/waiting/{compared}', {}],
  ['peer-suspended', 'cmo', 'bopha', '/peers/{stranger}'],
  ['peer-parted', 'cmo', 'bopha', '/peers/{parted}'],
  ['keys-over', 'cmo', 'bopha', '/keys'],
  ['key-use', 'cmo', 'bopha', '/keys/next'],
  ['key-use-wrong', 'cmo', 'bopha', '/keys/next', {}],
  ['waiting-key', 'cmo', 'vanna', '/waiting/{ending}'],
];

/** When the consents of those children have ended; and another agency's number differs once more. */
const ENDED = [
  ['consents-ended', 'cmo', 'rattana', '/c/{child}/consent'],
  ['custody-erased', 'cmo', 'rattana', '/c/{child}/custody'],
  ['refer-none', 'cmo', 'rattana', '/c/{child}/refer'],
  ['erased', 'dt', 'maly', '/r/{gone}'],
  ['erased-case', 'dt', 'maly', '/r/{gone}/case'],
  ['peer-differs', 'cmo', 'bopha', '/peers/{stranger}/compare', { press: 'button[formaction$="/differs"]' }],
];

/** Of a node that started without its passphrase. */
const LOCKED = [
  ['locked', 'rc', 'nobody', '/'],
  ['locked-hide', 'rc', 'nobody', '/hide'],
];

/** Of a node that takes no new work, for its disk is full. */
const NO_ROOM = [
  ['full-sign-in', 'fi', 'nobody', '/'],
  ['full-inbox', 'fi', 'rachana', '/inbox'],
  ['full-board', 'fi', 'rachana', '/board'],
  ['full-cases', 'fi', 'rachana', '/cases'],
  ['full-case-add', 'fi', 'rachana', '/cases/new', ALIKE],
];

/** Last: whoever types what is wrong has to wait, and so has everybody at this address. */
const GUESSED = [
  ['sign-in-wrong', 'hc', 'nobody', '/', { '#name': 'nobody', '#passphrase': 'two rivers meet here', '#code': '123456' }],
  ['locked-wrong', 'rc', 'nobody', '/unlock', { '#passphrase': 'two rivers meet here' }],
];

module.exports = { BEFORE, TRUST, AFTER, LATE, ENDED, LOCKED, NO_ROOM, GUESSED };
