"""What the tests of agents' files share."""

import pytest

from understanding_rl_vision.agent_files import read_agent_file


@pytest.fixture
def read(tmp_path):
    """Function that reads an agent's file of a given content, under a name that tells nothing."""

    def read_content(content):
        path = tmp_path / "agent.jd"
        path.write_bytes(content)
        return read_agent_file(str(path))

    return read_content
