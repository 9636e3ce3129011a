#!/bin/sh
# Reports 27 steps of a learning curve: too low a rate is slow, too high a one stays far from the minimum.
#   learning_curve.sh rate=0.1
rate=${1#rate=}
step=0
while [ "$step" -lt 27 ]; do
  step=$((step + 1))
  sleep 0.02
  loss=$(awk -v r="$rate" -v s="$step" 'BEGIN { print exp(-r * s) + r * r }')
  echo "{\"step\": $step, \"loss\": $loss}" >> "$WINNOW_REPORT_FILE"
done
