#!/bin/sh
# A trial whose result depends on its random seed, as training does: a paraboloid plus normal noise.
# The same seed gives the same noise to every setting, which is what paired comparisons live on.
#
#   noisy_quadratic.sh --x=1.5 [--noise=0.5]
set -eu

x=0 noise=0.5
for argument in "$@"; do
  case "$argument" in
    --x=*) x=${argument#*=} ;;
    --noise=*) noise=${argument#*=} ;;
    *) echo "unknown argument $argument" >&2; exit 64 ;;  # 64: wrong configuration, never retried
  esac
done

# Least at x = 1. Half of the noise is the seed's, half is the seed's and the setting's.
height=$(awk -v x="$x" -v noise="$noise" -v seed="$WINNOW_SEED" '
  function normal(  i, sum) { sum = -6; for (i = 0; i < 12; i++) sum += rand(); return sum }
  BEGIN {
    srand(seed); shared = normal()
    srand(seed + int(1000 * x) * 7919); own = normal()
    printf "%.12g", (x - 1) ^ 2 + noise * (shared + own) / 2
  }')

echo "{\"height\": $height}" >> "$WINNOW_REPORT_FILE"
