# អក្សរជុំវិញទំព័រនីមួយៗ។ Waits for a native reader.

spean = ស្ពាន
window-title = { $title } – ស្ពាន
window-title-wrong = កំហុស៖ { $title }
skip = រំលងទៅខ្លឹមសារ
hide = លាក់
hide-what = លាក់ទំព័រនេះឥឡូវ
menu = ម៉ឺនុយ
waiting = កំពុងរង់ចាំ
ref = លេខយោង
from = ពី { $peer }
from-speaks = ពី { $peer } · និយាយភាសា{ $languages }
may-be-empty = អាចទុកទទេបាន
not-yet = មិនទាន់
go-back = ត្រឡប់ក្រោយ
back-to-summary = ត្រឡប់ទៅសេចក្តីសង្ខេប
pages = ទំព័រ
page-before = មុន
page-after = បន្ទាប់
to-start = ទៅទំព័រដំបូង
faults-title = មានអ្វីមួយខ្វះ ឬមិនត្រឹមត្រូវ

place-inbox = ប្រអប់ទទួល
place-cases = ករណី
place-sent = បានផ្ញើ
place-help = ជំនួយ
place-settings = ការកំណត់
place-more = ផ្សេងទៀត

when-never = គ្មានពេលវេលា
when-today = ថ្ងៃនេះ
when-tomorrow = ថ្ងៃស្អែក
when-yesterday = ម្សិលមិញ
when-moment = { $day } ម៉ោង { $hour }
when-minutes = { $n ->
   *[other] { $count } នាទី
 }
when-hours = { $n ->
   *[other] { $count } ម៉ោង
 }
when-days = { $n ->
   *[other] { $count } ថ្ងៃ
 }
by-hour = មុន { $hour }
month-1 = មករា
month-2 = កុម្ភៈ
month-3 = មីនា
month-4 = មេសា
month-5 = ឧសភា
month-6 = មិថុនា
month-7 = កក្កដា
month-8 = សីហា
month-9 = កញ្ញា
month-10 = តុលា
month-11 = វិច្ឆិកា
month-12 = ធ្នូ
weekday-1 = ច
weekday-2 = អ
weekday-3 = ព
weekday-4 = ព្រ
weekday-5 = សុ
weekday-6 = ស
weekday-7 = អា

age-years = { $age } ឆ្នាំ
age-unknown = មិនដឹងអាយុ
child-needs = { $child } { $age }៖ { $service }
a-child = កុមារម្នាក់

tag-overdue = ហួសកំណត់
tag-waits-for-answer = កំពុងរង់ចាំចម្លើយ
tag-verified = បានផ្ទៀងផ្ទាត់
tag-not-verified = មិនទាន់ផ្ទៀងផ្ទាត់

banner-clock = នាឡិកាហាក់ដូចជាខុស ({ $time })។
banner-clock-text = គ្មានអ្វីផុតកំណត់ទេ រហូតដល់កែរួច។
banner-recovering = កុំព្យូទ័ររបស់ការិយាល័យនេះត្រូវបានស្ដារពីច្បាប់ចម្លងបម្រុង។
banner-recovering-text = គ្មានអ្វីថ្មីត្រូវបានផ្ញើទៅអង្គការណាមួយទេ មុនពេលវាប្រាប់ថាបានទទួលអ្វីខ្លះ។ អង្គការខ្លះមិនទាន់ឆ្លើយនៅឡើយ។
banner-copied = លែងមានអ្វីត្រូវបានផ្ញើទៀតហើយ៖ មានប្រព័ន្ធចម្លងទីពីរកំពុងដំណើរការ។
banner-copied-text = អង្គការមួយផ្សេងបានឃើញវា។ អ្នកអាចអាននៅទីនេះ។ សូមប្រាប់អ្នកថែទាំកុំព្យូទ័រនេះភ្លាមៗ។
banner-full = កុំព្យូទ័រជិតពេញហើយ។
banner-full-text = ករណី និងការបញ្ជូនថ្មីត្រូវរង់ចាំ។ សូមប្រាប់អ្នកថែទាំកុំព្យូទ័រ។
banner-failing = កុំព្យូទ័រនេះមិនអាចរក្សាទុកការផ្លាស់ប្តូរទេ។
banner-failing-text = អ្នកអាចអានបាន។ អ្វីដែលអ្នកផ្ញើ ឬសរសេរឥឡូវ អាចនឹងមិនត្រូវបានរក្សាទុក។ សូមប្រាប់អ្នកថែទាំកុំព្យូទ័រ។

error-title = មិនអាចធ្វើបាន
error-code = បើអ្នកសុំជំនួយ សូមប្រាប់៖ { $code }
error-not-there = ទំព័រនេះមិនមាន ឬមិនមែនរបស់អ្នកទេ។
error-not-there-text = គ្មានអ្វីត្រូវបានកែទេ។ ការបញ្ជូនអាចត្រូវបានដកវិញ ឬជារបស់អ្នកផ្សេង។
error-not-for-you = នេះមិនមែនជាភារកិច្ចរបស់អ្នកទេ។
error-not-for-you-text = គ្មានអ្វីត្រូវបានកែទេ។ សូមសួរអ្នកត្រួតពិនិត្យថានរណាអាចធ្វើបាន។
error-sign-in-again = សូមចូលម្តងទៀតជាមុនសិន។
error-sign-in-again-text = របៀបដែលអ្នកចូលអាចប្តូរបានក្នុងរយៈពេលដប់នាទីក្រោយពីអ្នកចូល ដើម្បីកុំឱ្យនរណាម្នាក់ប្តូរវានៅអេក្រង់ដែលអ្នកទុកចោល។ គ្មានអ្វីត្រូវបានប្តូរទេ។
error-last-means = អ្នកនឹងមិនអាចចូលទៀតបានទេ។
error-last-means-text = គ្មានអ្វីត្រូវបានប្តូរទេ។ សូមបន្ថែមសោចូលមួយទៀត ឬរៀបចំឃ្លាសម្ងាត់ និងលេខកូដជាមុនសិន។
error-changed = មានអ្នកផ្សេងធ្វើមុន។
error-changed-text = វាត្រូវបានឆ្លើយ ឬដកវិញហើយ។ អ្នកមិនបានផ្ញើអ្វីទេ។ សូមមើលម្តងទៀត។
error-full = កុំព្យូទ័រជិតពេញហើយ។
error-full-text = គ្មានអ្វីត្រូវបានកែទេ។ សូមប្រាប់អ្នកថែទាំកុំព្យូទ័រ។
error-store = វាប្រហែលជាមិនត្រូវបានរក្សាទុក។
error-store-text = កុំព្យូទ័រមិនបានបញ្ជាក់ទេ។ សូមពិនិត្យមើលសិន មុនពេលសាកម្តងទៀត។
error-other = មិនបានសម្រេចទេ។
error-other-text = សូមសាកម្តងទៀត។ បើនៅតែដូច្នេះ សូមប្រាប់អ្នកថែទាំកុំព្យូទ័រ។
error-form = ទំព័រនេះចាស់ពេក។
error-form-text = គ្មានអ្វីត្រូវបានកែទេ។ សូមត្រឡប់ក្រោយ បើកម្តងទៀត ហើយផ្ញើសាជាថ្មី។
