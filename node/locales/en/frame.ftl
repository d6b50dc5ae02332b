# What stands around every page, and words for days and times.

spean = Spean
window-title = { $title } – Spean
window-title-wrong = Error: { $title }
skip = Skip to content
hide = Hide
hide-what = hide this page now
menu = Main
waiting = waiting
ref = Ref
from = From { $peer }
from-speaks = From { $peer } · speaks { $languages }
may-be-empty = you may leave this empty
not-yet = Not yet
go-back = Go back
back-to-summary = Back to the summary
pages = Pages
page-before = Previous
page-after = Next
to-start = To the first page
faults-title = Something is missing or not right

place-inbox = Inbox
place-cases = Cases
place-sent = Sent
place-help = Help
place-settings = Settings
place-more = More

when-never = at no time
when-today = today
when-tomorrow = tomorrow
when-yesterday = yesterday
when-moment = { $day }, { $hour }
when-minutes = { $n ->
    [one] { $count } minute
   *[other] { $count } minutes
 }
when-hours = { $n ->
    [one] { $count } hour
   *[other] { $count } hours
 }
when-days = { $n ->
    [one] { $count } day
   *[other] { $count } days
 }
by-hour = by { $hour }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun

age-years = { $age }
age-unknown = age not known
child-needs = { $child }, { $age }: { $service }
a-child = A child

tag-overdue = Overdue
tag-waits-for-answer = Waits for your answer
tag-verified = Verified
tag-not-verified = Not verified

banner-clock = The clock looks wrong ({ $time }).
banner-clock-text = Nothing expires until it is set.
banner-recovering = This office's computer was put back from a backup.
banner-recovering-text = Nothing new is sent to an agency before it has told what it had received. Some have not answered yet.
banner-copied = Nothing is sent any more: a second copy of this system is at work.
banner-copied-text = Another agency saw it. You can read here. Tell whoever looks after this computer at once.
banner-full = This computer is nearly full.
banner-full-text = New cases and referrals wait. Tell whoever looks after it.
banner-failing = This computer does not take changes.
banner-failing-text = You can read. What you send or write now may not be kept: tell whoever looks after it.

error-title = Not possible
error-code = If you ask for help, say: { $code }
error-not-there = This page is not there, or not yours.
error-not-there-text = Nothing was changed. The referral may have been taken back, or it belongs to somebody else.
error-not-for-you = This is not among your tasks.
error-not-for-you-text = Nothing was changed. Ask your supervisor who may do it.
error-sign-in-again = Sign in again first.
error-sign-in-again-text = How you sign in can be changed for ten minutes after you signed in, so that nobody does it at a screen that you left. Nothing was changed.
error-last-means = You could not sign in any more.
error-last-means-text = Nothing was changed. First add another passkey, or set up passphrase and code.
error-changed = Somebody was quicker.
error-changed-text = It was answered or taken back meanwhile. Nothing of yours was sent. Look at it again.
error-full = This computer is nearly full.
error-full-text = Nothing was changed. Tell whoever looks after it.
error-store = It may not have been kept.
error-store-text = The computer did not confirm it. Look whether it is there before you try again.
error-other = This did not work.
error-other-text = Try again. If it happens once more, tell whoever looks after this computer.
error-form = This page was too old.
error-form-text = Nothing was changed. Go back, open it again and send it once more.
