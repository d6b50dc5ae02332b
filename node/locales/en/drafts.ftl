# What was half written is not lost.
signed-out-kept = You were signed out. What you wrote is kept.
signed-out-kept-text = Sign in again, and open Drafts: it waits there for you, and for nobody else.
drafts-title = Drafts
drafts-lede = What you have half written. Each is kept for seven days, and only you see it.
drafts-none = Nothing waits to be finished.
drafts-link = { $n ->
    [one] You have { $count } draft
   *[other] You have { $count } drafts
 }
draft-keep = Save and leave
draft-drop = Throw it away
draft-yours = This is what you had written.
draft-there = Saved { $when }. It is kept until { $until }, or until you send it.
draft-when = Saved { $when }, kept until { $until }
draft-refer = Referral to { $peer }
draft-kept = Saved.
draft-kept-text = Nothing was sent. Go on with it whenever you like, in the next seven days.
draft-dropped = Thrown away.
draft-dropped-text = Nothing of it is kept.
