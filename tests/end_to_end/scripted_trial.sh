#!/bin/sh
# A trial for the crash tests: reports four steps, checkpoints after the second, goes on from there.
# What it reports depends on WINNOW_SEED alone, so an undisturbed study and a shot-up one must agree.
set -eu
say() { printf '%s\n' "$1" >> "$WINNOW_REPORT_FILE"; }

case $WINNOW_TRIAL in
  3) exit 64 ;;
  5) say '{"type":"infeasible","reason":"too steep"}'; exit 1 ;;
esac

step=0
[ -z "$WINNOW_RESUME_FROM" ] || step=$(cat "$WINNOW_RESUME_FROM/step")
while [ "$step" -lt 4 ]; do
  step=$((step + 1))
  sleep "${SCRIPTED_STEP_S:-0.01}"
  say "{\"type\":\"metric\",\"step\":$step,\"values\":{\"loss\":$((WINNOW_SEED % 1000 + 10 - step))}}"
  if [ "$step" -eq 2 ]; then
    partial=$WINNOW_CHECKPOINT_DIR/partial.$$
    mkdir "$partial"
    echo 2 > "$partial/step"
    if mv -T "$partial" "$WINNOW_CHECKPOINT_DIR/step-2" 2> /dev/null; then :; else rm -r "$partial"; fi
    say '{"type":"checkpoint","step":2,"path":"step-2"}'
  fi
done
