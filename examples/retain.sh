#!/usr/bin/env bash
# Remove old runs: retain.sh OUT N keeps those of the last N days that have one, and of the last such day of each month.
set -euo pipefail
cd "$1"
shopt -s nullglob
for run in [12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]{,_*}/; do echo "${run:0:10}"; done | sort -u | head -n "-$2" |
  # A day is no longer wanted if one after it in the same month is old as well.
  awk '{ month = substr($0, 1, 7) } month == month_before { print before } { before = $0; month_before = month }' |
  while read -r day; do
    echo "removing the runs of $day"
    rm -rf -- "$day" "$day"_*
  done
