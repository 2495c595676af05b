"""JSON schemas of answers: stricter than the standard in a few places, and never slower than linear.

The values come from programs that nobody trusts, the schemas from problems. So

- nothing is ever fetched: a `$ref` begins with `#`, and points into the schema itself;
- `integer` means a number that was written as one, `3` and not `3.0`: it can be an index;
- `uniqueItems`, `anyOf` and `oneOf` take time and memory that grow with the length of a value only; where
  that can't be said, a keyword is refused: `unevaluatedItems`, `unevaluatedProperties`, `$dynamicRef`;
- `format` is not checked. A `pattern` is searched as it stands: see to it that it never goes back far; and
  that no two branches descend into the same part, or each level of nesting doubles the time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from sandbox.text import cleaned
from solversmith.errors import UsageError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOST_MESSAGE = 400
_MOST_STEPS, _MOST_STEP = 8, 40
_REFUSED = ("unevaluatedItems", "unevaluatedProperties", "$dynamicRef")
_OF_NAMES = ("properties", "patternProperties", "$defs", "dependentSchemas")  # name to schema
_OF_VALUES = ("const", "enum", "default", "examples")  # no schema inside


class BadValue(ValueError):
    """A value that is not as its schema says; one line that names the place, short and harmless to print."""


class Validator(Protocol):
    """As much as is used of the one of `jsonschema`."""

    def iter_errors(self, instance: Any) -> Iterator[Any]:
        """What is wrong, one after another."""
        ...


def check(key: str, value: Any, schema: Mapping[str, Any]) -> None:
    """Raises `BadValue` if an answer's value is not as its schema says, `UsageError` if that is no schema."""
    made = validator(key, schema)
    try:
        error = next(made.iter_errors(value), None)
        if error is not None:
            raise BadValue(_line(f"{place(key, error.absolute_path)}: {error.message}"))
    except RecursionError:
        raise BadValue(f"{place(key, ())}: nested too deeply to be held against its schema") from None


def validator(key: str, schema: Mapping[str, Any]) -> Validator:
    """What checks values against a schema. Raises `UsageError` if it is none, or not one of this module."""
    try:
        text = json.dumps(schema, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UsageError(f"the schema of {place(key, ())} is not JSON: {error}") from None
    why, made = _made(text)
    if made is None:
        raise UsageError(f"the schema of {place(key, ())} can't be used: {why}")
    return made


def place(key: str, path: Sequence[str | int]) -> str:
    """Where in an answer: `answer.routes[3]`; of a long way its end."""
    steps = [key, *path]
    shown = [f"[{step}]" if isinstance(step, int) else _named(step) for step in steps[-_MOST_STEPS:]]
    return "answer" + ("..." if len(steps) > _MOST_STEPS else "") + "".join(shown)


def _named(step: str) -> str:
    if step.isidentifier() and step.isascii() and len(step) <= _MOST_STEP:
        return f".{step}"
    return f"[{step[:_MOST_STEP]!a}{'...' if len(step) > _MOST_STEP else ''}]"


def _line(text: str) -> str:
    return cleaned(text, MOST_MESSAGE).replace("\n", " ")


@lru_cache(maxsize=64)
def _made(text: str) -> tuple[str, Validator | None]:
    """A reason, or a validator."""
    import jsonschema
    import referencing
    import referencing.jsonschema

    schema = json.loads(text)
    why = next(_offences(schema), None)
    if why is not None:
        return why, None
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
        root = referencing.jsonschema.DRAFT202012.create_resource(schema)
        resolver = referencing.Registry().resolver_with_root(root)
        for reference in _references(schema):
            resolver.lookup(reference)
        # A registry of its own that holds nothing, and can fetch nothing: the default one can.
        made = _kind()(schema, registry=referencing.Registry())
        next(made.iter_errors(None), None)
    except jsonschema.SchemaError as error:
        return _line(f"{'/'.join(map(str, error.absolute_path))}: {error.message}"), None
    except referencing.exceptions.Unresolvable as error:
        return _line(f"$ref {error.ref!r} points nowhere"), None
    except RecursionError:
        return "a $ref leads back to itself", None
    return "", made


def _offences(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict) and schema.get("$schema", DIALECT) != DIALECT:
        yield f"$schema is {schema['$schema']!r}, {DIALECT!r} expected"
    for words in _schemas(schema):
        for word in _REFUSED:
            if word in words:
                yield f"{word} is not allowed"
        reference = words.get("$ref", "#")
        if not (isinstance(reference, str) and reference.startswith("#")):
            yield f"$ref {reference!r} leads out of the schema, '#...' expected"


def _references(schema: Any) -> Iterator[str]:
    return (words["$ref"] for words in _schemas(schema) if "$ref" in words)


def _schemas(schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all that are inside of it, as far as they are objects."""
    if isinstance(schema, list):
        for inner in schema:
            yield from _schemas(inner)
    if isinstance(schema, dict):
        yield schema
        for word, inner in schema.items():
            if word in _OF_NAMES and isinstance(inner, dict):
                yield from _schemas(list(inner.values()))
            elif word not in _OF_VALUES:
                yield from _schemas(inner)


@lru_cache(maxsize=1)
def _kind() -> Any:
    """The class of validators."""
    import jsonschema

    standard = jsonschema.Draft202012Validator
    return jsonschema.validators.extend(
        standard,
        {"uniqueItems": _unique_items, "anyOf": _any_of, "oneOf": _one_of},
        type_checker=standard.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int),
    )


# The library's own versions compare each item with each, and collect every error of every branch.


def _unique_items(validator: Any, wanted: bool, value: Any, schema: Any) -> Iterator[Exception]:
    import jsonschema

    if wanted and isinstance(value, list):
        seen: dict[str, int] = {}
        for number, item in enumerate(value):
            # As text: the hashes of numbers and tuples are known, and a program could make them all the same.
            first = seen.setdefault(json.dumps(_normal(item), sort_keys=True), number)
            if first != number:
                yield jsonschema.ValidationError(f"items {first} and {number} are equal")
                return


def _normal(value: Any) -> Any:
    """The same for values that JSON Schema calls equal, such as 1 and 1.0."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    return value


def _any_of(validator: Any, branches: list[Any], value: Any, schema: Any) -> Iterator[Exception]:
    import jsonschema

    if not any(validator.evolve(schema=branch).is_valid(value) for branch in branches):
        yield jsonschema.ValidationError(f"{value!r} is not valid under any of the given schemas")


def _one_of(validator: Any, branches: list[Any], value: Any, schema: Any) -> Iterator[Exception]:
    import jsonschema

    valid = [validator.evolve(schema=branch).is_valid(value) for branch in branches]
    if sum(valid) != 1:
        what = "more than one" if any(valid) else "any"
        yield jsonschema.ValidationError(f"{value!r} is not valid under {what} of the given schemas")
