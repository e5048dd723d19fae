import pathlib
import pytest
@pytest.fixture(scope="session")
def demo_folder():
    return pathlib.Path("/tmp/work/berka")
