#!/bin/sh
# A trial for the crash tests: reports four steps, checkpoints after the second, goes on from there,
# and ends with the numbers of the second, as a trainer does that goes back to its best weights.
# What it reports follows from WINNOW_SEED through all its steps, so that a study that was shot at
# and an undisturbed one agree only if no step was lost, repeated or taken from another trial.
set -eu
say() { printf '%s\n' "$1" >> "$WINNOW_REPORT_FILE"; }

# Out of reach of the group's signals: whoever ends a trial has to look for this one.
setsid sleep 300 &

case $WINNOW_TRIAL in
  3) exit 64 ;;
  5) say '{"type":"infeasible","reason":"too steep"}'; exit 1 ;;
esac

step=0 state=$((WINNOW_SEED % 1000))
[ -z "$WINNOW_RESUME_FROM" ] || read -r step state < "$WINNOW_RESUME_FROM/state"
best=$state
while [ "$step" -lt 4 ]; do
  step=$((step + 1)) state=$((state * 31 % 10007 + step))
  sleep "${SCRIPTED_STEP_S:-0.01}"
  say "{\"type\":\"metric\",\"step\":$step,\"values\":{\"loss\":$state}}"
  if [ "$step" -eq 2 ]; then
    best=$state
    partial=$WINNOW_CHECKPOINT_DIR/partial.$$
    mkdir "$partial"
    echo "$step $state" > "$partial/state"
    if mv -T "$partial" "$WINNOW_CHECKPOINT_DIR/step-2" 2> /dev/null; then :; else rm -r "$partial"; fi
    say '{"type":"checkpoint","step":2,"path":"step-2"}'
  fi
done
say "{\"type\":\"finished\",\"step\":2,\"values\":{\"loss\":$best}}"
