"""Runs under the system's Python beside LibreOffice and says what it thinks of signatures.

Usage: office_judge.py PIPE. Reads one file path per line and answers with one line of JSON: a list
of one object for each signature. The calling side is ``conftest.py``; this is no test.
"""

import json
import sys
import time

import uno
from com.sun.star.connection import NoConnectException
from com.sun.star.embed.ElementModes import READ


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    deadline = time.monotonic() + 90
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def judge(context, path):
    services = context.ServiceManager
    storages = services.createInstanceWithContext("com.sun.star.embed.StorageFactory", context)
    access = services.createInstanceWithContext("com.sun.star.ucb.SimpleFileAccess", context)
    stream = access.openFileRead(uno.systemPathToFileUrl(path))
    form = uno.createUnoStruct(
        "com.sun.star.beans.PropertyValue", Name="StorageFormat", Value="ZipFormat"
    )
    typed = uno.Any("[]com.sun.star.beans.PropertyValue", (form,))
    storage = uno.invoke(storages, "createInstanceWithArguments", ((stream, READ, typed),))
    signatures = services.createInstanceWithContext(
        "com.sun.star.security.DocumentDigitalSignatures", context
    )
    found = signatures.verifyDocumentContentSignatures(storage, None)
    return [
        {
            "valid": one.SignatureIsValid,
            "partial": one.PartialDocumentSignature,
            "subject": one.Signer.SubjectName if one.Signer else "",
            "comments": one.SignatureDescription if hasattr(one, "SignatureDescription") else "",
        }
        for one in found
    ]


def main():
    context = connect(sys.argv[1])
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            answer = judge(context, line.rstrip("\n"))
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
