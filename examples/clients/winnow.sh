# What a shell script needs to be a trial of Winnow. For any POSIX shell: . winnow.sh
#
#   lr=$(winnow_param lr 0.1)            this trial's, or the default in runs by hand
#   winnow_report loss=1.5 step=10
#   if winnow_should_stop; then …; exit 75; fi

winnow_param() {  # NAME DEFAULT
  _winnow_name=WINNOW_PARAM_$(printf %s "$1" | tr a-z A-Z | tr -c A-Z0-9 _)
  eval "printf '%s\n' \"\${$_winnow_name-\$2}\""
}

winnow_report() {  # METRIC=NUMBER … [step=N]
  _winnow_line=
  for _winnow_pair in "$@"; do
    _winnow_line="$_winnow_line${_winnow_line:+,}\"${_winnow_pair%%=*}\":${_winnow_pair#*=}"
  done
  _winnow_append "{$_winnow_line}"
}

winnow_checkpoint() {  # STEP FOLDER, which is complete and in $WINNOW_CHECKPOINT_DIR
  _winnow_append "{\"type\":\"checkpoint\",\"step\":$1,\"path\":\"$(basename "$2")\"}"
}

winnow_infeasible() {  # REASON without quotes
  _winnow_append "{\"type\":\"infeasible\",\"reason\":\"$1\"}"
}

winnow_should_stop() { [ -s "${WINNOW_CONTROL_FILE:-/dev/null}" ]; }

_winnow_append() { printf '%s\n' "$1" >> "${WINNOW_REPORT_FILE:-/dev/stdout}"; }
