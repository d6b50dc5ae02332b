# អេក្រង់នីមួយៗក្នុងកថាខណ្ឌរបស់វា។ Waits for a native reader.

sign-in = ចូល
sign-in-heading = ចូល
sign-in-lede = ដោយប្រើឃ្លាសម្ងាត់ និងលេខកូដលើទូរស័ព្ទរបស់អ្នក។
sign-in-name = ឈ្មោះសម្រាប់ចូល
sign-in-passphrase = ឃ្លាសម្ងាត់
sign-in-code = លេខកូដ
sign-in-code-hint = លេខ ៦ ខ្ទង់ដែលទូរស័ព្ទបង្ហាញឥឡូវ
sign-in-shared = នេះជាកុំព្យូទ័រប្រើរួមគ្នា
sign-in-shared-hint = អ្នកនឹងត្រូវចាកចេញក្រោយ ៥ នាទីបើមិនចុចអ្វី បើមិនដូច្នេះ ក្រោយ ១៥ នាទី
sign-in-join = ខ្ញុំមានការអញ្ជើញ
sign-in-lost = បាត់ទូរស័ព្ទ? សូមសុំការអញ្ជើញថ្មីពីអ្នកគ្រប់គ្រងសោ។
sign-in-failed = ឈ្មោះ ឃ្លាសម្ងាត់ ឬលេខកូដមិនត្រឹមត្រូវ។ លេខកូដប្រើបានតែម្តង៖ សូមរង់ចាំលេខកូដបន្ទាប់។
too-soon = { $n ->
   *[other] សាកច្រើនដងពេក។ សូមរង់ចាំ { $count } វិនាទី រួចសាកម្តងទៀត។
 }
sign-out = ចាកចេញ
signed-out = អ្នកត្រូវបានចាកចេញ
signed-out-text = អ្នកមិនបានធ្វើអ្វីមួយរយៈ ឬបានចាកចេញនៅកន្លែងផ្សេង។ អ្វីដែលនៅលើទំព័រមិនត្រូវបានផ្ញើទេ។ សូមចូល រួចធ្វើម្តងទៀត។

join-title = ការអញ្ជើញ
join-heading = ការអញ្ជើញរបស់អ្នក
join-lede = សូមវាយបញ្ចូលការអញ្ជើញដែលអ្នកគ្រប់គ្រងសោបានឱ្យអ្នក។ វាប្រើបានមួយថ្ងៃ និងតែម្តង។
join-token = ការអញ្ជើញ
join-open = បន្ត
join-token-wrong = នេះមិនមែនជាការអញ្ជើញទេ៖ វាមានអក្សរ និងលេខ ៤៣ តួ។ អក្សរធំតូចខុសគ្នា។
join-over = ការអញ្ជើញនេះត្រូវបានប្រើរួច ឬចាស់ពេក។ សូមសុំថ្មី។
join-again-differs = ឃ្លាសម្ងាត់ទាំងពីរខុសគ្នា។ សូមវាយទាំងពីរម្តងទៀត។
join-code-wrong = នេះមិនមែនជាលេខកូដដែលទូរស័ព្ទបង្ហាញឥឡូវទេ។ តើនាឡិកាទូរស័ព្ទត្រូវតាមបណ្តាញឬទេ? សូមវាយឃ្លាសម្ងាត់ និងលេខកូដថ្មី។
join-passphrase-weak = ឃ្លាសម្ងាត់នេះងាយពេក។ សូមយកពាក្យបួនឬប្រាំដែលមិនទាក់ទងគ្នា យ៉ាងតិច ១២ តួអក្សរ។
enrol-heading = សូមស្វាគមន៍ { $name }
enrol-lede = បីនាទី រួចអ្នកអាចធ្វើការបាន។
enrol-roles = ភារកិច្ចរបស់អ្នក
enrol-one = ១. ជ្រើសរើសឃ្លាសម្ងាត់
enrol-passphrase = ឃ្លាសម្ងាត់ថ្មី
enrol-passphrase-hint = ពាក្យបួនឬប្រាំដែលមិនទាក់ទងគ្នា អក្សរអ្វីក៏បាន។ កុំប្រាប់នរណា។
enrol-again = ដដែលម្តងទៀត
enrol-two = ២. រៀបចំលេខកូដលើទូរស័ព្ទ
enrol-scan = បើកកម្មវិធីលេខកូដ (ដូចជា Aegis ឬ Google Authenticator) ហើយស្កេនរូបនេះ។
enrol-qr = រូបសម្រាប់កាមេរ៉ាទូរស័ព្ទ ខ្លឹមសារវានៅខាងក្រោមជាអក្សរ
enrol-type = ឬវាយអក្សរនេះនៅទីនោះ៖
enrol-secret-title = អ្វីដែលអ្នកសន្យា
enrol-secret = អ្វីដែលអ្នកឃើញអំពីកុមារនៅទីនេះ ត្រូវនៅទីនេះ។ រាល់ពេលដែលអ្នកបើកករណី វាត្រូវបានកត់ត្រា។ គ្មាននរណាចូលក្នុងនាមអ្នកទេ។
enrol-done = ចាប់ផ្តើម

inbox-answer = ត្រូវឆ្លើយ
inbox-empty = គ្មានអ្វីរង់ចាំអ្នកទេ។
inbox-going = បានទទួលយក និងកំពុងបន្ត
inbox-up-to-date = ទាន់ពេលនៅម៉ោង { $hour }។

offer-title = ការបញ្ជូនករណី { $reference }
offer-no-names = ទំព័រនេះមិនបង្ហាញឈ្មោះនរណាទេ។ ឈ្មោះនឹងមក បន្ទាប់ពីអ្នកទទួលយក។
offer-summary = សេចក្តីសង្ខេប
offer-answer-by = សូមឆ្លើយមុន { $when }
offer-left = នៅសល់ { $left }។ ក្រោយពេលនោះ { $peer } នឹងស្វែងរកកន្លែងផ្សេង។
offer-answer-was-by = ត្រូវឆ្លើយមុន { $when }
offer-over = អ្នកនៅតែអាចឆ្លើយបាន។ { $peer } អាចកំពុងស្វែងរកកន្លែងផ្សេង៖ សូមទូរស័ព្ទទៅគេ។
offer-service = សេវាដែលស្នើសុំ
offer-urgency = ភាពបន្ទាន់
offer-from = ពី
offer-age = អាយុ
offer-sex = ភេទ
offer-languages = ភាសា
offer-area = តំបន់
offer-arrival = មកដល់
offer-support = ត្រូវការ
offer-group = ជាមួយគ្នា
offer-siblings = { $n ->
   *[other] កុមារ { $count } នាក់ ត្រូវនៅជាមួយគ្នា
 }
offer-says = { $peer } ប្រាប់ថា
offer-sent = បានផ្ញើ
offer-get = ប្រសិនបើអ្នកទទួលយក អ្នកនឹងទទួលបាន
offer-not-included = មិនរួមបញ្ចូលទេ
offer-keep = អ្នកអាចរក្សាទុកបានតែក្នុងរយៈពេលដែលការយល់ព្រមអនុញ្ញាត។ អ្នកមិនអាចបញ្ជូនបន្តដោយគ្មានការយល់ព្រមថ្មីទេ។
offer-accept = ទទួលយក
offer-decline = មិនទទួលយក

about-from = { $child } · ពី { $peer }
accept-title = ទទួលយកការបញ្ជូនករណី { $reference }
accept-question = អ្នកនឹងថែទាំកុមារនេះ
accept-effect-title = អ្វីនឹងកើតឡើងពេលអ្នកទទួលយក
accept-effect = { $peer } នឹងដឹងភ្លាម។ ព័ត៌មានដែលបានយល់ព្រមនឹងមកដល់ការិយាល័យនេះដោយស្វ័យប្រវត្តិ ក្នុងរយៈពេលប៉ុន្មាននាទី ឬប៉ុន្មានម៉ោង។ រាល់ពេលដែលមានអ្នកបើកមើល វាត្រូវបានកត់ត្រា។
accept-yes = បាទ/ចាស ទទួលយកកុមារនេះ
done-accepted = បានទទួលយក។
done-accepted-text = { $peer } កំពុងទទួលដំណឹង។ ព័ត៌មាននឹងមកដោយស្វ័យប្រវត្តិ៖ ប៉ុន្មាននាទី ឬប៉ុន្មានម៉ោង។

decline-title = មិនទទួលយកការបញ្ជូនករណី { $reference }
decline-question = ហេតុអ្វីអ្នកមិនអាចទទួលយកកុមារនេះ?
decline-lede = { $peer } ឃើញមូលហេតុភ្លាម ដើម្បីអាចស្វែងរកកន្លែងផ្សេង។
decline-reason = មូលហេតុ
decline-reason-missing = សូមជ្រើសរើសមូលហេតុ។
decline-else = តើនរណាផ្សេងទៀតអាចជួយ?
decline-else-hint = កុំសរសេរឈ្មោះកុមារ ឬគ្រួសារ។
decline-text-wrong = យ៉ាងច្រើន ២០០ តួអក្សរ។
decline-effect = សេចក្តីសង្ខេបត្រូវបានលុបនៅទីនេះ ហើយគេទទួលបានបង្កាន់ដៃ។
decline-yes = មិនទទួលយក ហើយលុប
done-declined = មិនបានទទួលយក។
done-declined-text = { $peer } កំពុងទទួលដំណឹង។ សេចក្តីសង្ខេបត្រូវបានលុបនៅទីនេះ ហើយគេទទួលបានបង្កាន់ដៃ។

referral-title = ការបញ្ជូនករណី { $reference }
story-title = អ្វីដែលបានកើតឡើង
story-to = ទៅ
story-from = ពី
story-receipt = បានលុប
story-erased = ដោយ { $peer } { $when } បង្កាន់ដៃមានហត្ថលេខាត្រូវបានរក្សាទុក
story-erased-here = អ្វីដែលបានចែករំលែកត្រូវបានលុប។
event-with = { $what }៖ { $detail }
event-by-us = ការិយាល័យនេះ
event-offer = បានស្នើសុំជំនួយ
event-accept = បានទទួលយក
event-decline = មិនបានទទួលយក
event-withdraw = បានដកវិញ
event-return = បានប្រគល់វិញ
event-release = បានផ្ញើព័ត៌មាន
event-supplement = បានផ្ញើព័ត៌មានបន្ថែម
event-note = កំណត់សម្គាល់
event-progress = វឌ្ឍនភាព
event-complete = បានបញ្ចប់
event-erased = បានលុប បង្កាន់ដៃត្រូវបានផ្ញើ
event-rekey = សោថ្មី
event-unknown = អ្វីមួយដែលកំណែនេះមិនស្គាល់

role-social_worker = បុគ្គលិកសង្គម
role-supervisor = អ្នកត្រួតពិនិត្យ
role-key_administrator = អ្នកគ្រប់គ្រងសោ
role-auditor = សវនករ

settings-language = ភាសា
settings-sessions = កន្លែងដែលអ្នកបានចូល
session-since = តាំងពី { $when }
session-about = ពី { $from } · ប្រើចុងក្រោយ { $seen }
session-this = មួយនេះ
session-end = បញ្ចប់

help-inbox = ប្រអប់ទទួល
help-inbox-text = ការបញ្ជូនករណីពីស្ថាប័នផ្សេង បន្ទាន់ជាងគេនៅខាងលើ។ បន្ទាត់មួយៗមិនបង្ហាញឈ្មោះទេ។ សូមបើក អាន ហើយឆ្លើយ។
help-offer = ទទួលយក ឬមិនទទួលយក
help-offer-text = បើទទួលយក ព័ត៌មានដែលបានយល់ព្រមនឹងមកដល់ការិយាល័យរបស់អ្នក។ បើមិនទទួលយក សូមឱ្យមូលហេតុ ហើយសេចក្តីសង្ខេបត្រូវបានលុបនៅទីនេះ។ ស្ថាប័នផ្សេងទទួលដំណឹងភ្លាម។
help-after = បន្ទាប់ពីអ្នកទទួលយក
help-after-text = ព័ត៌មាននឹងមកដោយស្វ័យប្រវត្តិ ក្នុងរយៈពេលប៉ុន្មាននាទី ឬប៉ុន្មានម៉ោង។ រហូតដល់ពេលនោះ ប្រអប់ទទួលបង្ហាញការបញ្ជូនក្រោម «បានទទួលយក និងកំពុងបន្ត»។
help-hide = លាក់
help-hide-text = «លាក់» នៅខាងលើគ្រប់ទំព័រ ធ្វើឱ្យអ្នកចាកចេញភ្លាម ហើយបង្ហាញប្រតិទិន។ ដើម្បីត្រឡប់មកវិញ សូមចូលម្តងទៀត។
help-lost = បាត់ទូរស័ព្ទ ភ្លេចឃ្លាសម្ងាត់
help-lost-text = សូមសួរអ្នកគ្រប់គ្រងសោ។ សូមប្រាប់ភ្លាម បើអ្នកផ្សេងអាចមានទូរស័ព្ទ ឬឃ្លាសម្ងាត់របស់អ្នក។

unlock = ដោះសោ
unlock-title = ជាប់សោ
unlock-locked = ជាប់សោ
unlock-heading = កុំព្យូទ័រនេះបានបើកឡើងវិញ ហើយជាប់សោ
unlock-lede = ការបញ្ជូនករណីនៅតែមកដល់ ហើយត្រូវបានរក្សាទុកដោយសុវត្ថិភាព។ គ្មាននរណាអាចអានបានទេ រហូតដល់អ្នកគ្រប់គ្រងសោដោះសោ។
unlock-passphrase = ឃ្លាសម្ងាត់របស់ស្ថាប័ន
unlock-passphrase-hint = ឃ្លាវែងរបស់ស្ថាប័ន មិនមែនរបស់អ្នកផ្ទាល់ទេ។
unlock-call = មិនមែនជាអ្នកគ្រប់គ្រងសោ? សូមទូរស័ព្ទទៅគាត់៖ លេខនៅលើកាតក្បែរកុំព្យូទ័រនេះ។
unlock-since = ជាប់សោតាំងពី { $when }។ គ្មានអ្វីបាត់បង់ទេ។
unlock-wrong = នេះមិនមែនជាឃ្លាសម្ងាត់ទេ។ ក្រោយវាយខុសម្តងៗ ត្រូវរង់ចាំយូរជាងមុន។ សូមវាយយឺតៗ។
unlock-too-soon = សូមរង់ចាំបន្តិចមុនពេលសាកបន្ទាប់។ មិនទាន់បានសាកអ្វីទេ។
unlock-failed = មិនអាចបើកបានទេ។ គ្មានអ្វីត្រូវបានកែទេ។ សូមមើលកំណត់ហេតុរបស់ថ្នាំង ឬសុំជំនួយ។

case-title = ករណី { $reference }
own-case-title = ករណី
case-to-story = អ្វីដែលបានកើតឡើង
case-do-not-tell = កុំប្រាប់
case-not-sent = មិនបានផ្ញើមកអ្នក
case-ask-for-more = បើអ្នកត្រូវការបន្ថែម សូមសួរ { $peer }៖ គេនឹងសួរកុមារម្តងទៀត។
case-changed = បានកែប្រែ { $when }
case-open = បើកព័ត៌មាន
tag-in-your-care = ក្នុងការថែទាំរបស់អ្នក
printed = លេខយោង { $reference }។ បោះពុម្ព { $when } ដោយ { $person }។ សូមបំផ្លាញទំព័រនេះពេលលែងត្រូវការ។
printed-own = បោះពុម្ព { $when } ដោយ { $person }។ សូមបំផ្លាញទំព័រនេះពេលលែងត្រូវការ។
record-empty = មិនមានអ្វីកត់ត្រាទេ
record-person = មនុស្សទី { $n } ក្នុងគ្រួសារ
record-about-years = ប្រហែល { $n } ឆ្នាំ{ $off } គិតត្រឹម { $day }
record-about-months = ប្រហែល { $n } ខែ{ $off } គិតត្រឹម { $day }
record-born = កើត { $day }
record-do-not-contact = កុំទាក់ទង

step-title = { $step } – { $title }
note-heading = សរសេរកំណត់សម្គាល់
note-lede = ទៅ { $peer } អំពីកុមារនេះ។
note-text = កំណត់សម្គាល់
note-send = ផ្ញើទៅ { $peer }
progress-heading = បន្ថែមវឌ្ឍនភាព
progress-lede = { $peer } នឹងដឹងភ្លាម។ «មិនបានមកដល់» ដាស់តឿនការិយាល័យទាំងពីរ។
progress-text = បន្ថែមមួយប្រយោគ
progress-send = ប្រាប់ { $peer }
complete-heading = បញ្ចប់
complete-lede = តើវាបានបញ្ចប់យ៉ាងដូចម្តេច? { $peer } នឹងដឹងភ្លាម។ ក្រោយពីនេះ មិនអាចសរសេរបន្ថែមបានទេ។
complete-text = បន្ថែមមួយប្រយោគ
complete-send = បញ្ចប់ ហើយប្រាប់ { $peer }
write-both-read = ស្ថាប័នទាំងពីរអានអត្ថបទនេះ។ កុំសរសេរឈ្មោះដែលមិនចាំបាច់។
write-date = ថ្ងៃ
write-date-hint = ពេលដែលវាកើតឡើង ឬរំពឹងទុក ចាំបាច់សម្រាប់ «រំពឹងថានឹងមកដល់»
write-choose = សូមជ្រើសរើសមួយ។
write-day = ត្រូវការថ្ងៃ៖ ថ្ងៃនេះ ឬក្នុងឆ្នាំនេះ។
write-empty = សូមសរសេរអ្វីមួយជាមុន។
write-long = វែងពេក ឬមានតួអក្សរដែលមិនអាចផ្ញើបាន។
done-note = បានផ្ញើ។
done-note-text = { $peer } កំពុងទទួលកំណត់សម្គាល់។
done-progress = បានផ្ញើ។
done-progress-text = { $peer } កំពុងទទួលដំណឹង។
done-complete = បានបញ្ចប់។
done-complete-text = { $peer } កំពុងទទួលដំណឹង។

sent-nothing = គ្មានអ្វីដែលអ្នកបានផ្ញើនៅបើកទេ។
sent-not-answered = មិនទាន់មានចម្លើយ
sent-answer-by = ឆ្លើយមុន { $when }
sent-row = { $child } → { $peer }
sent-waiting = រង់ចាំផ្ញើ
sent-arrived = បានទៅដល់
sent-cannot-go = មិនអាចផ្ញើបាន

cases-search = ស្វែងរក
cases-search-hint = ឈ្មោះ ឬផ្នែកនៃឈ្មោះ អក្សរអ្វីក៏បាន
cases-find = ស្វែងរក
cases-all = ករណីទាំងអស់
cases-found = បានរកឃើញ
cases-newest = ការផ្លាស់ប្តូរថ្មីជាងគេមុន
cases-more = មានករណីផ្សេងទៀតដែលត្រូវគ្នា។ សូមវាយឈ្មោះបន្ថែម ដើម្បីមើលករណីទាំងនោះ។
cases-none = រកមិនឃើញករណីទេ។ សូមសាកអក្សរផ្សេង។
cases-no-name = មិនស្គាល់ឈ្មោះ
cases-open = { $n ->
   *[other] ការបញ្ជូន { $count } កំពុងបើក
 }
cases-term-wrong = សូមវាយឈ្មោះ ឬផ្នែកនៃឈ្មោះ យ៉ាងច្រើន ១២០ តួអក្សរ។
