# SPDX-License-Identifier: Apache-2.0
# Compares the flags of an input (-v input=irc), as `micro-bot --help` tells them (first file), with the tables of
# its README.md (second file): names, order and defaults. Prints what differs, else "same".
function finish(    found) {
  if (flag == "") return
  declared[++flags] = flag
  found = match(text, /\(default: [^)]*\)/)
  fallback[flags] = found ? substr(text, RSTART + 10, RLENGTH - 11) : ""
  if (text ~ /\(required\)/) fallback[flags] = "required"
  gsub(/, /, ",", fallback[flags])
  flag = ""
}
FNR == NR && /^  --/ {
  finish()
  if (index($1, "--" input "-") != 1) next
  flag = $1
  sub(/[=\[].*/, "", flag)
  text = $0
  next
}
FNR == NR && /^   / { text = text " " $0; gsub(/ +/, " ", text); next }
FNR == NR { finish(); next }
index($0, "| `--" input "-") == 1 {
  split($0, cell, " *\\| *")
  gsub(/`/, "", cell[2])
  ++rows
  if (cell[2] != declared[rows]) {
    print "row " rows " is about " cell[2] "; the flag is " declared[rows]
    failed = 1
  } else if (fallback[rows] != "" && cell[3] != fallback[rows]) {
    print cell[2] ": the default is '" cell[3] "' in the README, and '" fallback[rows] "' in --help"
    failed = 1
  }
}
END {
  if (flags == 0 || rows != flags) { print flags " flags, " rows " rows"; failed = 1 }
  print failed ? "different" : "same"
  exit failed
}
