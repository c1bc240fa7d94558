def onException(fullName: str, title: str, exc: Exception):
    return {"status": "error", "message": str(exc)}
