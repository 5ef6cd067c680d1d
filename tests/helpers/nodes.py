"""Machines that share a folder, played by network namespaces of this one: each with its own address and host name."""

import collections
import contextlib
import os
import shutil
import subprocess

import pytest

NAMES = ("rlvision0", "rlvision1")
ADDRESSES = ("10.77.0.1", "10.77.0.2")
NETWORK = "10.77.0.0/24"

# MPI's way into the other node, as ssh would be: called with its address and a command line.
AGENT = """#!/bin/sh
host=$1; shift
for node in {pairs}; do
    name=${{node%%=*}}; address=${{node#*=}}
    if [ "$host" = "$name" ] || [ "$host" = "$address" ]; then
        exec ip netns exec "$name" unshare --uts sh -c "hostname $name; $*"
    fi
done
exit 1
"""

# names: host names; enter(name): the beginning of a command line that is carried out on that node; variables: what
# makes Open MPI reach the nodes, through the network alone.
Nodes = collections.namedtuple("Nodes", "names enter variables")


def _ip(*arguments):
    subprocess.run(["ip"] + list(arguments), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _enter(name):
    set_name = 'hostname {}; exec "$0" "$@"'.format(name)
    return ["ip", "netns", "exec", name, "unshare", "--uts", "sh", "-c", set_name]


@contextlib.contextmanager
def two_nodes(folder):
    """Two Nodes joined by a cable; skips the test where namespaces cannot be made."""
    if os.geteuid() != 0 or shutil.which("ip") is None or shutil.which("unshare") is None:
        pytest.skip("network namespaces need root and the commands ip and unshare")
    agent = folder / "agent.sh"
    agent.write_text(AGENT.format(pairs=" ".join(map("=".join, zip(NAMES, ADDRESSES)))))
    agent.chmod(0o755)
    variables = {
        "PRTE_MCA_plm_ssh_agent": str(agent),
        "PRTE_MCA_prte_if_include": NETWORK,
        "OMPI_MCA_pml": "ob1",
        "OMPI_MCA_btl": "tcp,self",
        "OMPI_MCA_btl_tcp_if_include": NETWORK,
    }
    with contextlib.ExitStack() as made:
        try:
            for name in NAMES:
                _ip("netns", "add", name)
                made.callback(_ip, "netns", "delete", name)
            _ip("link", "add", NAMES[0], "netns", NAMES[0], "type", "veth", "peer", NAMES[1], "netns", NAMES[1])
            for name, address in zip(NAMES, ADDRESSES):
                _ip("-n", name, "address", "add", address + "/24", "dev", name)
                for device in ("lo", name):
                    _ip("-n", name, "link", "set", device, "up")
        except subprocess.CalledProcessError as error:
            pytest.skip("no network namespaces: {}".format(error.stderr.decode().strip()))
        yield Nodes([NAMES[0], ADDRESSES[1]], _enter, variables)
