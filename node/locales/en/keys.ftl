# Our own keys: what is done with them.
kit-title = Recovery kit
kit-open = Recovery kit
kit-lede = The page on paper with which this agency gets new keys if the computer is lost or stolen. Here you see whether it is right; it can’t be shown again.
kit-state = Where it stands
kit-last = Last proved
kit-never = never
kit-proven = proved to be right
kit-again = prove it again
kit-not-yet = not proved yet
kit-drill = Prove that the paper is right
kit-drill-alone = Take the kit out of its envelope, at a computer of this office, with nobody looking on.
kit-drill-type = Type the secret as it stands on the paper. It is compared and forgotten; the kit stays good.
kit-drill-back = Put it back into an envelope, close it, and lock it away.
kit-drill-yes = Compare
kit-done = This is the right kit
kit-done-text = It stays good. Put it back into its envelope, and lock it away. Prove it again in a year.
kit-mistyped = This is not the secret of a recovery kit, or a letter is wrong. Compare it with the paper, group by group.
kit-other = This is the secret of another kit: of another agency, or of one that was replaced. Look for the newest.
kit-elsewhere = On a computer in no network, with this agency’s card:
key-what-happens = What happens then
key-next-go = Make the next signing key
key-next-use-go = Put the next signing key into use
key-next-title = The next signing key
key-next-lede = A signing key is good for a year. Make the next one early, so that all know it before it signs.
key-next-made = A new key is made in this computer’s keyring.
key-next-shown = Other agencies learn it from what we send. Nothing changes for them.
key-next-later = You put it into use here, when all know it, or after seven days.
key-next-yes = Make it
key-use-lede = Key { $key } is made and shown. It signs nothing yet.
key-use-signs = From now on it signs all that we send.
key-use-gone = The secret half of the key before it is destroyed.
key-use-counts = What that one signed still counts.
key-use-waits = These were not seen to know it yet
key-use-waits-text = They will, from the next thing that goes between us, and after seven days nobody is waited for.
key-use-reason = Why it can’t wait
key-use-reason-hint = Leave it empty to wait. What they get meanwhile waits there until they know the key. No child’s name.
key-use-reason-missing = Not all know the key yet: wait, or say why it can’t wait.
key-use-yes = Put it into use
key-revoke-title = Take a signing key back
key-revoke-question = Take key { $key } back?
key-revoke-lede = Do this if somebody else may have it: a computer was stolen, somebody who knew the passphrase left in anger.
key-revoke-else = Whatever else anybody signs with it is refused everywhere, whatever date it bears.
key-revoke-stands = { $n ->
    [one] What we sent with it still stands: { $count } referral.
   *[other] What we sent with it still stands: { $count } referrals.
 }
key-revoke-waiting = { $n ->
    [one] { $count } of our messages may be on its way; it stands too.
   *[other] { $count } of our messages may be on their way; they stand too.
 }
key-revoke-replaces = A new signing key and a new receiving key take the place of the old ones at once.
key-revoke-final = It can’t be undone. With two key administrators, the other one confirms it first.
key-revoke-reason = Why
key-revoke-reason-hint = Every agency can read this, for good. No names.
key-revoke-reason-missing = Say why: every agency can read it.
key-revoke-yes = Take it back for good
key-revoke-link = Take back
key-stage-active = signs
key-stage-ending = signs, ends soon
key-stage-published = prepared
key-stage-retiring = no longer signs
key-stage-expired = ended
key-stage-revoked = taken back
key-stage-destroyed = secret half destroyed
key-done-prepared = The next signing key is made
key-done-prepared-text = It signs nothing yet. Put it into use in a week, or when all know it.
key-done-activated = The new key signs from now on
key-done-activated-text = The secret half of the old one is destroyed. What it signed still counts.
key-done-revoked = The key is taken back
key-done-revoked-text = Whoever took it may have more: change the passphrase, and telephone the other agencies.
key-done-asked = Another key administrator must confirm it
key-done-asked-text = It waits for two days, under People. If it is urgent, telephone them now.
waits-revoke = Take key { $name } back
waits-revoke-effect = Whatever else anybody signs with this key is refused everywhere. A new one takes its place. It can’t be undone.
waits-why = Why

# Keys of another agency
peer-keys-title = Key history
peer-keys-link = Its keys, and what it said of them
peer-keys-lede = What the agency itself said of its keys, newest first. The dates are its own.
peer-keys-signing = Keys that sign for it
peer-keys-until = counts until
peer-keys-log = What it said
key-stage-good = counts
key-entry-genesis = It was founded
key-entry-add_op_key = A signing key was added
key-entry-revoke_key = A signing key was taken back
key-entry-rotate_root = The main key of its recovery kit took over
key-entry-recover = Its guardians gave it a new main key
key-entry-incarnation = Its computer was restored from a backup
key-entry-retire = It came to its end
key-entry-newer = Something that a newer version understands

# What opens the keyring
slots-title = What opens the keys
slots-lede = Any one of these opens this agency’s keys at this computer. Nothing secret stands here.
slots-list = What there is
slots-first = the first one
slots-from-start = from the start
slots-alone = There is only one. If whoever knows it is not there, nobody can unlock this computer: add a second one for a second person.
slots-how = How it is changed
slots-how-text = On the command line, by who looks after this computer, while the node is stopped: a page in a browser must never see such a secret.
slots-add = Add one
slots-remove = Remove one, when somebody leaves
slots-change = Change a passphrase
slots-copies = Older copies of the folder still open with what was removed.
slot-kind-passphrase = passphrase
slot-kind-key-file = key file
slot-kind-credential = credential
slot-kind-recovery = paper
slot-what-passphrase = A person knows it
slot-what-key-file = Lies on a stick or card that is taken away
slot-what-credential = This computer’s system gives it to the node
slot-what-recovery = Is printed, and lies in an envelope
