#!/usr/bin/env bash
# One night of reports in both languages, for cron: nightly.sh [options of `analysis run`]
# Variables: BANK, OUT, SHARED, KEEP (days, default 30), and the secrets that BANK names. Exit code as of `analysis run`.
set -euo pipefail
umask 027
home="$(cd "$(dirname "$0")/.." && pwd)"
cd "$home"
PATH="$home/.venv/bin:$PATH"

analysis check --bank "$BANK"
status=0
for language in zh en; do
  # 1: a report failed. The others are out, and are sent.
  index="$(analysis run --bank "$BANK" --language "$language" --out "$OUT" "$@" | tail -n 1)" || status=$?
  ((status < 2)) || exit "$status"
  analysis share "$(dirname "$index")" --out "$SHARED"
done
examples/retain.sh "$OUT" "${KEEP:-30}"
exit "$status"
