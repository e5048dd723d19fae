"""Every chart is drawn in the house style, and none is left open."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from analysis import language
from analysis.charts import style


@pytest.fixture(autouse=True)
def house_style():
    with mpl.rc_context():
        mpl.use("agg")
        style.apply()
        yield
    plt.close("all")
    language.use("en")
