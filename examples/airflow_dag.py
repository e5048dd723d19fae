"""The nightly batch under Airflow 3: check the bank, make the reports, pack what may be sent.

Copy it into the scheduler's folder of DAGs. BashOperator, not PapermillOperator: `analysis run` already schedules the
notebooks, skips what has not changed and publishes a run as a whole; and it keeps its packages in an environment of its
own, apart from those that Airflow pins. `examples/check_airflow.sh` loads and runs this file under a real Airflow.
"""

import os
from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

# Where the project is installed, as its README says.
HOME = os.environ.get("ANALYSIS_HOME", "/srv/analysis")

SETTINGS = {
    "PATH": f"{HOME}/.venv/bin:/usr/local/bin:/usr/bin:/bin",
    "BANK": os.environ.get("ANALYSIS_BANK", "/srv/bank"),
    "OUT": os.environ.get("ANALYSIS_OUT", "/srv/reports"),
    "SHARED": os.environ.get("ANALYSIS_SHARED", "/srv/shared"),
    # As variables, never as words of the command: whoever triggers a run by hand chooses them.
    "AS_OF": "{{ params.as_of }}",
    "LANGUAGE_OF_REPORTS": "{{ params.language }}",
    # The last line of a task's output is what the next one gets.
    "INDEX": "{{ ti.xcom_pull(task_ids='run') }}",
}

with DAG(
    dag_id="bank_analysis",
    description="Reports of the bank's customers, every night",
    schedule="30 3 * * *",
    start_date=pendulum.datetime(2025, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    # A second run on the same folder would be refused with exit code 2.
    max_active_runs=1,
    params={"as_of": "latest", "language": "zh"},
    default_args={
        "cwd": HOME,
        "env": SETTINGS,
        # The secrets that BANK names are variables of the worker.
        "append_env": True,
        # 1 says that the data or a report has a defect, which a second try would find again.
        "retries": 0,
        "execution_timeout": timedelta(hours=4),
    },
) as dag:
    check = BashOperator(task_id="check", bash_command='analysis check --bank "$BANK"')
    run = BashOperator(
        task_id="run",
        bash_command='umask 027; analysis run --bank "$BANK" --as-of "$AS_OF" --language "$LANGUAGE_OF_REPORTS" '
        '--jobs 4 --out "$OUT"',
    )
    share = BashOperator(
        task_id="share", bash_command='umask 027; analysis share "$(dirname "$INDEX")" --out "$SHARED"'
    )
    check >> run >> share
