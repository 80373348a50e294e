"""What the offline model server says to a request that it does not answer."""


class Refused(Exception):
    """The request gets an HTTP error instead of an answer."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": kind, "param": param, "code": code}


def no_key() -> Refused:
    """Nobody said who is asking."""
    return Refused(401, "You didn't provide an API key.", code="invalid_api_key")


def no_model(model: str) -> Refused:
    """A model that is not served."""
    message = f"The model '{model}' does not exist or you do not have access to it."
    return Refused(404, message, code="model_not_found", param="model")


def invalid(param: str, message: str, code: str = "invalid_value") -> Refused:
    """A value that means nothing."""
    return Refused(400, message, code=code, param=param)


def missing(param: str) -> Refused:
    """Something that no request may leave out."""
    message = f"Missing required parameter: '{param}'."
    return Refused(400, message, code="missing_required_parameter", param=param)


def unknown(param: str) -> Refused:
    """Something that no request has."""
    return Refused(400, f"Unknown parameter: '{param}'.", code="unknown_parameter", param=param)
