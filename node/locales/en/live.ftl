# What is new, on a page that is open.

news-new = { $n ->
    [one] { $count } new: show
   *[other] { $count } new: show
 }
news-changed = The list has changed: show
news-changed-one = This has changed: show
news-live = Up to date at { $hour }. What is new is said here by itself.
news-lost = The connection is lost. This page may be old. It is tried again.
news-over = You were signed out. Nothing new is said here any more.
news-elsewhere = You opened more pages after this one. What is new is said there.

settings-sound = Sound
settings-sound-lede = In this browser, while a page of yours is open. Nobody hears from it what came.
settings-sound-on = A short sound when something new comes
settings-sound-hint = Most browsers play it only after you clicked on the page. It needs scripts to be allowed.
settings-sound-save = Save
settings-sound-hear = Hear it

help-live = What is new
help-live-text = While a page is open, a bar says what is new. Nothing on the page moves until you press it. The number before the window’s title says how much waits for you. In the settings you can add a sound.
