"""Writes description.json: which fields Alibaba's API description gives the operations, and of what types.

    python tests/sandbox/describe.py api-docs.json > tests/sandbox/description.json

`api-docs.json` is the description of Dysmsapi 2017-05-25 that Alibaba publishes
(https://api.aliyun.com/meta/v1/products/Dysmsapi/versions/2017-05-25/api-docs.json). Names, types and structure are
carried over, no text. GetSmsTemplateList is not in it: that one is held against the official client's models.
"""

import json
import sys
from pathlib import Path
from typing import Any

SIMULATED = (
    "SendSms",
    "SendBatchSms",
    "QuerySendDetails",
    "QuerySendStatistics",
    "GetSmsTemplate",
    "QuerySmsTemplateList",
    "GetSmsSign",
    "QuerySmsSignList",
)


def described(docs: dict[str, Any]) -> dict[str, Any]:
    operations = {name: _operation(docs["apis"][name]) for name in SIMULATED}
    return {
        "$comment": "Dysmsapi 2017-05-25, from https://api.aliyun.com/meta/v1; python tests/sandbox/describe.py",
        "operations": sorted(docs["apis"]),
        "simulated": operations,
    }


def _operation(api: dict[str, Any]) -> dict[str, Any]:
    return {
        "methods": sorted(method.upper() for method in api["methods"]),
        "parameters": {parameter["name"]: _parameter(parameter) for parameter in api["parameters"]},
        "answer": _shape(api["responses"]["200"]["schema"]),
        "refusals": {
            row["errorCode"]: int(status) for status, rows in api.get("errorCodes", {}).items() for row in rows
        },
    }


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    limits = {name: int(schema[name]) for name in ("minimum", "maximum") if name in schema}
    return {"type": schema["type"], "required": bool(schema.get("required")), **limits}


def _shape(schema: dict[str, Any]) -> Any:
    """A type's name; for an object its fields, for an array a list of its one element."""
    if schema["type"] == "object":
        return {name: _shape(field) for name, field in schema.get("properties", {}).items()}
    if schema["type"] == "array":
        return [_shape(schema["items"])]
    return schema["type"]


if __name__ == "__main__":
    docs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps(described(docs), indent=1))
