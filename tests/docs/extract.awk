# SPDX-License-Identifier: Apache-2.0
# Writes each block of the documents that is in `language` to a file of its own in `out`, and prints the
# files' names.
$0 == "```" language {
  inside = 1
  name = FILENAME
  gsub(/.*\//, "", name)
  gsub(/[^A-Za-z0-9]/, "_", name)
  file = out "/" name "_" ++count[name] "." language
  print file
  if (language == "cpp") printf "#line %d \"%s\"\n", FNR + 1, FILENAME > file
  next
}
/^```$/ && inside { inside = 0; close(file); next }
inside { print > file }
