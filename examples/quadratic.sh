#!/bin/sh
# The smallest trial: reads its parameters from its arguments, computes something, and reports it.
# A trial may be written in any language; it needs no library of winnow's.
#
#   quadratic.sh --x=1.5 --y=-2 [--bend=squared|absolute] [--sharpness=3]
set -eu

x=0 y=0 bend=squared sharpness=1
for argument in "$@"; do
  case "$argument" in
    --x=*) x=${argument#*=} ;;
    --y=*) y=${argument#*=} ;;
    --bend=*) bend=${argument#*=} ;;
    --sharpness=*) sharpness=${argument#*=} ;;
    *) echo "unknown argument $argument" >&2; exit 64 ;;  # 64: wrong configuration, never retried
  esac
done

# Least at x = 1, y = -2.
height=$(awk -v x="$x" -v y="$y" -v bend="$bend" -v sharpness="$sharpness" 'BEGIN {
  dx = x - 1; dy = y + 2
  if (bend == "absolute") {
    if (dx < 0) dx = -dx
    if (dy < 0) dy = -dy
    printf "%.12g", sharpness * (dx + dy)
  } else {
    printf "%.12g", dx * dx + dy * dy
  }
}')

echo "{\"height\": $height}" >> "$WINNOW_REPORT_FILE"
