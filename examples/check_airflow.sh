#!/usr/bin/env bash
# Load the example DAG into a real Airflow, and run it there on a simulated bank: examples/check_airflow.sh [FOLDER]
# FOLDER takes an environment of its own (about 1 GB, some minutes the first time); nothing else is touched.
set -euo pipefail
project="$(cd "$(dirname "$0")/.." && pwd)"
folder="${1:-/tmp/airflow-check}"
version=3.3.2
mkdir -p "$folder/dags"
[[ -x "$folder/env/bin/airflow" ]] || {
  python3 -m venv "$folder/env"
  "$folder/env/bin/pip" install --quiet "apache-airflow==$version"
}
cp "$project/examples/airflow_dag.py" "$folder/dags/"

export AIRFLOW_HOME="$folder/home" AIRFLOW__CORE__DAGS_FOLDER="$folder/dags" AIRFLOW__CORE__LOAD_EXAMPLES=False
export ANALYSIS_HOME="$project" ANALYSIS_BANK="$folder/bank" ANALYSIS_OUT="$folder/reports" ANALYSIS_SHARED="$folder/shared"
cd "$folder"
env/bin/airflow version
env/bin/airflow db migrate >/dev/null
env/bin/airflow dags reserialize >/dev/null
env/bin/airflow dags list-import-errors
env/bin/airflow tasks list bank_analysis
[[ -d bank ]] || "$project/.venv/bin/analysis" demo --out bank --customers 300 --months 24 >/dev/null
env/bin/airflow dags test bank_analysis >dag.log 2>&1 || { tail -40 dag.log; exit 1; }
ls shared
