#!/bin/sh
# Gradient descent on x^2 / 2 from x = 1: every step is a checkpoint, and too high a rate diverges.
#   checkpointed_descent.sh rate=0.1
set -eu
rate=${1#rate=}
step=0 x=1
if [ -n "$WINNOW_RESUME_FROM" ]; then read -r step x < "$WINNOW_RESUME_FROM/state"; fi
while [ "$step" -lt 6 ]; do
  step=$((step + 1))
  x=$(awk -v x="$x" -v r="$rate" 'BEGIN { print x - r * x }')
  if awk -v x="$x" 'BEGIN { exit !(x * x > 4) }'; then
    echo "diverged at step $step: x = $x" >&2
    exit 1
  fi
  mkdir -p "$WINNOW_CHECKPOINT_DIR/step-$step"
  echo "$step $x" > "$WINNOW_CHECKPOINT_DIR/step-$step/state"
  awk -v x="$x" -v s="$step" 'BEGIN { printf "{\"step\": %d, \"loss\": %.6g}\n", s, x * x / 2 }' >> "$WINNOW_REPORT_FILE"
  echo "{\"type\": \"checkpoint\", \"step\": $step, \"path\": \"step-$step\"}" >> "$WINNOW_REPORT_FILE"
done
