# What was half written is not lost.
signed-out-kept = អ្នកត្រូវបានចាកចេញ។ អ្វីដែលអ្នកសរសេរត្រូវបានរក្សាទុក។
signed-out-kept-text = សូមចូលម្តងទៀត រួចបើក សេចក្តីព្រាង៖ វារង់ចាំអ្នកនៅទីនោះ ហើយគ្មានអ្នកផ្សេងឃើញទេ។
drafts-title = សេចក្តីព្រាង
drafts-lede = អ្វីដែលអ្នកសរសេរមិនទាន់ចប់។ នីមួយៗរក្សាទុកប្រាំពីរថ្ងៃ ហើយមានតែអ្នកទេដែលឃើញ។
drafts-none = គ្មានអ្វីរង់ចាំសរសេរបន្តទេ។
drafts-link = { $n ->
   *[other] អ្នកមានសេចក្តីព្រាង { $count }
 }
draft-keep = រក្សាទុក ហើយចេញ
draft-drop = បោះចោល
draft-yours = នេះជាអ្វីដែលអ្នកបានសរសេរ។
draft-there = បានរក្សាទុក { $when }។ វានៅរក្សាទុកដល់ { $until } ឬរហូតដល់អ្នកផ្ញើវា។
draft-when = បានរក្សាទុក { $when } រហូតដល់ { $until }
draft-refer = ការបញ្ជូនទៅ { $peer }
draft-kept = បានរក្សាទុក។
draft-kept-text = មិនទាន់បានផ្ញើអ្វីទេ។ អ្នកអាចបន្តសរសេរពេលណាក៏បាន ក្នុងប្រាំពីរថ្ងៃខាងមុខ។
draft-dropped = បានបោះចោល។
draft-dropped-text = គ្មានអ្វីនៅសល់ទេ។
