# Each screen in its own paragraph.

sign-in = Sign in
sign-in-heading = Sign in
sign-in-lede = With your passphrase and the code on your telephone.
sign-in-name = Sign-in name
sign-in-passphrase = Passphrase
sign-in-code = Code
sign-in-code-hint = The six digits that your telephone shows now
sign-in-shared = This is a shared computer
sign-in-shared-hint = You are signed out after 5 minutes without a click, else after 15
sign-in-join = I have an invitation
sign-in-lost = Lost your telephone? Ask your key administrator for a new invitation.
sign-in-failed = Name, passphrase or code is wrong. A code can be used once: wait for the next.
too-soon = { $n ->
    [one] Too many tries. Wait { $count } second, then try again.
   *[other] Too many tries. Wait { $count } seconds, then try again.
 }
sign-out = Sign out
signed-out = You were signed out
signed-out-text = You did nothing for a while, or you were signed out elsewhere. What was on the page was not sent. Sign in, then do it again.

join-title = Invitation
join-heading = Your invitation
join-lede = Type the invitation that your key administrator gave you. It is good for a day, and once.
join-token = Invitation
join-open = Continue
join-token-wrong = This is no invitation: it has 43 letters and digits. Capitals matter.
join-over = This invitation was used already, or is too old. Ask for a new one.
join-again-differs = The two passphrases differ. Type both again.
join-code-wrong = This is not the code that your telephone shows now. Is its clock set by the network? Type the passphrase and a new code.
join-passphrase-weak = This passphrase is too easy. Take four or five words that do not belong together, at least 12 letters.
enrol-heading = Welcome, { $name }
enrol-lede = Three minutes, then you can work.
enrol-roles = Your tasks
enrol-one = 1. Choose a passphrase
enrol-passphrase = New passphrase
enrol-passphrase-hint = Four or five words that do not belong together; any script. Tell nobody.
enrol-again = The same once more
enrol-two = 2. Set up codes on your telephone
enrol-scan = Open an app for sign-in codes (such as Aegis or Google Authenticator) and scan this picture.
enrol-qr = Picture for the telephone's camera; what it holds stands below as letters
enrol-type = Or type this there:
enrol-secret-title = What you promise
enrol-secret = What you see of a child here stays here. Each time you open a case, that is recorded. Nobody signs in in your name.
enrol-done = Start

inbox-answer = To answer
inbox-empty = Nothing waits for you.
inbox-whose = Which part
inbox-mine = Mine
inbox-team = Team
inbox-all = All
inbox-accepted-text = Your colleague looks after this child now, and sees it in their inbox.
inbox-going = Accepted and going on
inbox-up-to-date = Up to date at { $hour }.

offer-title = Referral { $reference }
offer-no-names = This page shows no name. The name comes after you accept.
offer-summary = Summary
offer-answer-by = Please answer by { $when }
offer-left = { $left } left. After that { $peer } looks elsewhere.
offer-answer-was-by = An answer was due by { $when }
offer-over = You can still answer. { $peer } may be looking elsewhere already: call them.
offer-service = Asks for
offer-urgency = How soon
offer-from = From
offer-age = Age
offer-sex = Sex
offer-languages = Speaks
offer-area = Area
offer-arrival = Comes
offer-support = Needs
offer-group = Together with
offer-siblings = { $n ->
    [one] { $count } child
   *[other] { $count } children, to be kept together
 }
offer-says = { $peer } says
offer-sent = Sent
offer-get = If you accept, you will get
offer-not-included = Not included
offer-keep = You may keep it only as long as the consent says. You cannot pass it on without a new consent.
offer-accept = Accept
offer-decline = Decline

about-from = { $child } · from { $peer }
accept-title = Accept referral { $reference }
accept-question = Who will look after this child?
accept-me = I
accept-team-hint = Everybody in this team
accept-who-effect = The others no longer see it, but for supervisors.
accept-who-wrong = This person or team can’t be chosen any more. Choose again.
accept-effect-title = What happens when you accept
accept-effect = { $peer } is told at once. What was agreed to comes to this office by itself, in minutes or hours. Every time someone opens it, that is recorded.
accept-yes = Yes, accept this child
done-accepted = Accepted.
done-accepted-text = { $peer } is told now. The information comes by itself: minutes or hours.

decline-title = Decline referral { $reference }
decline-question = Why can’t you take this child?
decline-lede = { $peer } sees the reason at once, so that they can look elsewhere.
decline-reason = Reason
decline-reason-missing = Choose a reason.
decline-else = Who else could help?
decline-else-hint = No names of children or families.
decline-text-wrong = At most 200 characters.
decline-effect = The summary is erased here, and they get a receipt.
decline-yes = Decline and erase
done-declined = Declined.
done-declined-text = { $peer } is told now. The summary is erased here, and they get a receipt.

referral-title = Referral { $reference }
story-title = What has happened
story-to = To
story-from = From
story-receipt = Erased
story-erased = by { $peer }, { $when }; the signed receipt is kept
story-erased-here = What was shared has been erased.
event-with = { $what }: { $detail }
event-by-us = this office
event-offer = Asked for help
event-accept = Accepted
event-decline = Declined
event-withdraw = Taken back
event-return = Given back
event-release = Information sent
event-supplement = More information sent
event-note = Note
event-progress = Progress
event-complete = Completed
event-erased = Erased, receipt sent
event-rekey = New keys
event-unknown = Something that this version does not know

role-social_worker = social worker
role-supervisor = supervisor
role-key_administrator = key administrator
role-auditor = auditor

settings-language = Language
settings-sessions = Where you are signed in
session-since = Since { $when }
session-about = From { $from } · last used { $seen }
session-this = This one
session-end = End

help-inbox = The inbox
help-inbox-text = Referrals of other agencies, the most urgent first. A row never shows a name. Open it, read it, answer it.
help-offer = Accept or decline
help-offer-text = Accept, and what was agreed to comes to your office. Decline, with a reason, and the summary is erased here. The other agency is told either way, at once.
help-after = After you accepted
help-after-text = The information comes by itself, in minutes or hours. Until then the inbox shows the referral under “Accepted and going on”.
help-hide = Hide
help-hide-text = Hide, at the top of every page, signs you out at once and shows a calendar. To come back, sign in.
help-lost = A lost telephone, a forgotten passphrase
help-lost-text = Ask your key administrator. Tell them at once if somebody else may have either.

unlock = Unlock
unlock-title = Locked
unlock-locked = Locked
unlock-heading = This computer started again and is locked
unlock-lede = Referrals keep arriving and are kept safe. Nobody can read them until a key administrator unlocks.
unlock-passphrase = Passphrase of the agency
unlock-passphrase-hint = The long one of the agency, not your own.
unlock-call = Not a key administrator? Call one: the numbers are on the card beside this computer.
unlock-since = Locked since { $when }. Nothing is lost.
unlock-wrong = This is not the passphrase. After each wrong one the wait gets longer. Type it slowly.
unlock-too-soon = Wait a little before the next try. Nothing was tried.
unlock-failed = It could not be opened. Nothing was changed. Look at the node’s log, or ask for help.

case-title = Case { $reference }
own-case-title = Case
case-to-story = What has happened
case-do-not-tell = Do not tell
case-not-sent = Not sent to you
case-ask-for-more = If you need more, ask { $peer }: they ask the child again.
case-changed = Changed { $when }
case-open = Open the information
tag-in-your-care = In your care
printed = Ref { $reference }. Printed { $when } by { $person }. Destroy this page when it is no longer needed.
printed-own = Printed { $when } by { $person }. Destroy this page when it is no longer needed.
record-empty = Nothing recorded
record-person = person { $n } of the family
record-about-years = about { $n } years{ $off }, on { $day }
record-about-months = about { $n } months{ $off }, on { $day }
record-born = born { $day }
record-do-not-contact = Do not contact

step-title = { $step } – { $title }
note-heading = Write a note
note-lede = To { $peer }, about this child.
note-text = Note
note-send = Send to { $peer }
progress-heading = Add progress
progress-lede = { $peer } is told at once. “Did not arrive” raises an alarm at both offices.
progress-text = More in a sentence
progress-send = Tell { $peer }
complete-heading = Complete
complete-lede = How did it end? { $peer } is told at once. After this nothing more can be written.
complete-text = More in a sentence
complete-send = Complete and tell { $peer }
write-both-read = Both agencies read this. No names that are not needed.
write-date = Day
write-date-hint = When it happened or is expected; needed for “expected”
write-choose = Choose one.
write-day = This needs the day: today, or within the year.
write-empty = Write something first.
write-long = This is too long, or has characters that cannot be sent.
done-note = Sent.
done-note-text = { $peer } gets the note now.
done-progress = Sent.
done-progress-text = { $peer } is told now.
done-complete = Completed.
done-complete-text = { $peer } is told now.

sent-nothing = Nothing that you sent is open.
sent-not-answered = Not answered yet
sent-answer-by = answer by { $when }
sent-row = { $child } → { $peer }
sent-waiting = Waiting to go
sent-arrived = Arrived
sent-cannot-go = Cannot go

cases-search = Search
cases-search-hint = A name or a part of one, in either script
cases-find = Search
cases-all = All cases
cases-found = Found
cases-newest = Newest change first
cases-more = More cases fit. Type more of the name to see the others.
cases-none = No case found. Try the other script.
cases-no-name = Name not known
cases-open = { $n ->
    [one] { $count } open referral
   *[other] { $count } open referrals
 }
cases-term-wrong = Type a name, or a part of one, of at most 120 letters.
