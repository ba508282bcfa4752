#!/bin/sh
# Asks the twenty questions of docs/answering-debian.md. Needs the packages debian-faq and debian-reference-en.
#   bench/answering/debian.sh path/to/trialogue [MODEL_DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1
model=${2:-data/model}
sources=$(mktemp -d)
trap 'rm -rf "$sources"' EXIT
cp /usr/share/doc/debian/FAQ/*.en.html /usr/share/debian-reference/*.en.html "$sources"
rm -f "$sources"/index.en.html
for list in known unknown; do
    "$program" eval answering --model "$model" --sources "$sources" --questions "$here/debian-$list.jsonl"
done
