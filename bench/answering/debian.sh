#!/bin/sh
# Asks the twenty questions of docs/answering-debian.md. Needs the packages debian-faq and debian-reference-en.
#   bench/answering/debian.sh [MODEL_DIR]
set -eu
cd "$(dirname "$0")/../.."
sources=$(mktemp -d)
trap 'rm -rf "$sources"' EXIT
cp /usr/share/doc/debian/FAQ/*.en.html "$sources"
rm "$sources/index.en.html"
cp /usr/share/debian-reference/ch*.en.html /usr/share/debian-reference/ap*.en.html /usr/share/debian-reference/pr*.en.html "$sources"
for list in known unknown; do
    cargo run --quiet --release -p trialogue-persona --example bench_answering -- \
        --data "$sources" --model "${1:-data/model}" --questions "bench/answering/debian-$list.jsonl"
done
