#!/usr/bin/env python3
"""Checks that result files open everywhere: h5py, and xarray with both engines.

Usage: check_readers.py FILE.h5 [FILE.h5 ...]
Exit code 0 if all hold, 1 with one line per violation, 77 where the Python packages are missing.
"""

import sys

try:
    import h5netcdf  # noqa: F401  (an engine of xarray)
    import h5py
    import netCDF4  # noqa: F401  (an engine of xarray)
    import numpy
    import xarray
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ROOT_ATTRIBUTES = {
    "schema": str, "schema_version": int, "status": str, "reason": str, "study": str,
    "program_version": str, "batch_size": int, "seed": int, "learning_rate": float,
    "learning_rate_scaling": str, "collapsed": int, "alias_of": str, "configuration_hash": str,
    "data_hash": str,
}
# Those that are always there; /sharpness has others where something was measured over them.
SCALES = {"steps": ["step"], "epochs": ["epoch"], "sharpness": ["epoch", "k"]}
ALWAYS_VOLATILE = ["epochs/peak_memory_bytes", "epochs/examples_per_second", "steps/seconds", "sharpness/seconds"]
# The HDF5 dimension scale specification itself prescribes fixed-length ASCII for these two.
PRESCRIBED = {"CLASS", "NAME"}

violations = []


def expect(condition, text):
    if not condition:
        violations.append(text)


def is_kind(value, kind):
    if kind is str:
        return isinstance(value, str)
    numbers = {int: numpy.integer, float: numpy.floating}
    return isinstance(value, numbers[kind])


def check_text_attributes(name, item):
    for key in item.attrs:
        kind = h5py.check_string_dtype(item.attrs.get_id(key).dtype)
        if kind is not None and key not in PRESCRIBED:
            expect(isinstance(item.attrs[key], str), f"{name}@{key} is not read as str")
            expect(kind.length is None and kind.encoding == "utf-8",
                   f"{name}@{key} is not variable-length UTF-8")


def dimension_names(dataset):
    """Of a scale itself, else of the scales attached to each axis."""
    if dataset.is_scale:
        return (dataset.name.rsplit("/", 1)[-1],)
    return tuple(scale.keys()[0] for scale in dataset.dims)


def check_h5py(path):
    with h5py.File(path, "r") as file:
        for key, kind in ROOT_ATTRIBUTES.items():
            expect(key in file.attrs, f"root attribute {key} is missing")
            if key in file.attrs:
                expect(is_kind(file.attrs[key], kind), f"root attribute {key} is not {kind}")
        expect(file.attrs["schema"] == "batchscope", "schema is not batchscope")
        expect(file.attrs["collapsed"] in (0, 1), "collapsed is neither 0 nor 1")
        check_text_attributes("/", file)

        def visit(name, item):
            check_text_attributes(name, item)
            if isinstance(item, h5py.Dataset):
                for key in ("units", "long_name"):
                    expect(item.attrs.get(key, "") != "", f"{name} has no {key}")
                kind = h5py.check_string_dtype(item.dtype)
                if kind is not None:
                    expect(kind.length is None and kind.encoding == "utf-8",
                           f"{name} is not variable-length UTF-8")
            volatile = (name.startswith("environment") or name in ALWAYS_VOLATILE
                        or name.startswith("epochs/") and name.endswith("_seconds"))
            if volatile:
                expect(item.attrs.get("volatile", 0) == 1, f"{name} is not marked volatile")

        file.visititems(visit)
        configuration = file["config"][()].decode("utf-8")
        expect(isinstance(yaml.safe_load(configuration), dict), "/config is not a YAML map")
        columns = {group: {name: file[group][name][...] for name in file[group]} for group in SCALES}
        dimensions = {group: {name: dimension_names(item) for name, item in file[group].items()} for group in SCALES}
        return columns, dimensions


def check_xarray(path, engine, columns, dimensions):
    for group, always in SCALES.items():
        scales = sorted(name for name, axes in dimensions[group].items() if axes == (name,))
        expect(set(always) <= set(scales), f"/{group} lacks one of the scales {always}")
        with xarray.open_dataset(path, group=group, engine=engine) as dataset:
            where = f"{engine}: /{group}"
            expect(sorted(dataset.sizes) == sorted(scales),
                   f"{where} has dimensions {sorted(dataset.sizes)}, not {scales}")
            expect(not any("phony" in name for name in dataset.sizes), f"{where} has phony dimensions")
            for scale in scales:
                expect(scale in dataset.coords, f"{where} has no coordinate {scale}")
                expect(dataset.indexes[scale].is_unique, f"{where}: {scale} is not unique")
            expect(set(dataset.variables) == set(columns[group]), f"{where} lacks columns")
            for name, values in columns[group].items():
                variable = dataset[name]
                expect(numpy.array_equal(variable.values, values, equal_nan=values.dtype.kind == "f"),
                       f"{where}/{name} differs from h5py")
                expect(variable.dims == dimensions[group][name], f"{where}/{name} lies along {variable.dims}")
                if name not in scales:
                    expect(variable.dims[0] == always[0], f"{where}/{name} lies along {variable.dims}")
                expect(variable.attrs.get("long_name", "") != "", f"{where}/{name} has no long_name")


def main(paths):
    for path in paths:
        columns, dimensions = check_h5py(path)
        for engine in ("h5netcdf", "netcdf4"):
            check_xarray(path, engine, columns, dimensions)
        for violation in violations:
            print(f"{path}: {violation}")
        if violations:
            return 1
    print(f"{len(paths)} file(s) open with h5py {h5py.__version__} and xarray {xarray.__version__}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
