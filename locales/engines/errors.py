"""What can go wrong with a translation engine: one family, whatever the provider calls it."""

from __future__ import annotations

from locales.errors import N_, LocaleError


class EngineError(LocaleError):
    """Base of every failure of an engine; ``data["engine"]`` names it."""


class UnknownEngineError(EngineError):
    """There is no engine of that name."""

    def __init__(self, engine: str, known: tuple[str, ...]) -> None:
        super().__init__(
            N_("There is no translation engine “{engine}”. Name one of {known}."),
            engine=engine,
            known=known,
        )


class ConsentMissingError(EngineError):
    """The engine would send texts to somebody to whom no administrator has allowed it."""

    def __init__(self, engine: str, provider: str) -> None:
        super().__init__(
            N_(
                "The engine {engine} sends texts to {provider}, and nobody has allowed that for "
                "this text. An administrator allows it for public, internal or confidential "
                "dossiers with engine_consent in the settings."
            ),
            engine=engine,
            provider=provider,
        )


class EngineSettingError(EngineError):
    """The engine lacks something that only the institution has: a key or an address."""

    def __init__(self, engine: str, variable: str) -> None:
        super().__init__(
            N_("The engine {engine} needs {variable} in the environment."),
            engine=engine,
            variable=variable,
        )


class EngineAddressError(EngineError):
    """The address would carry texts or a key in the clear."""

    def __init__(self, engine: str, variable: str) -> None:
        super().__init__(
            N_("{engine} is asked over https only. Put an address that begins so in {variable}."),
            engine=engine,
            variable=variable,
        )


class EngineMissingError(EngineError):
    """A program or a package that the engine is made of is not installed."""

    def __init__(self, engine: str, needs: str) -> None:
        super().__init__(
            N_("The engine {engine} is not installed here. Install {needs}."),
            engine=engine,
            needs=needs,
        )


class EngineModelError(EngineError):
    """The folder has no model for the two languages."""

    def __init__(self, engine: str, folder: str) -> None:
        super().__init__(
            N_(
                "There is no model of {engine} in {folder}. Put an Argos package or a converted "
                "OPUS-MT model there."
            ),
            engine=engine,
            folder=folder,
        )


class EngineLimitError(EngineError):
    """A sentence is longer than the engine takes at once; it waits for a person."""

    def __init__(self, engine: str, limit: int) -> None:
        super().__init__(
            N_("A sentence is longer than {engine} takes ({limit}). It waits for a person."),
            engine=engine,
            limit=limit,
        )


class EngineKeyError(EngineError):
    """The provider does not accept the key."""

    def __init__(self, engine: str) -> None:
        super().__init__(N_("{engine} does not accept its key. Check it."), engine=engine)


class EngineQuotaError(EngineError):
    """The institution's allowance with the provider is used up."""

    def __init__(self, engine: str) -> None:
        super().__init__(
            N_("The allowance with {engine} is used up. It translates again when it is renewed."),
            engine=engine,
        )


class EngineBusyError(EngineError):
    """The provider asks to wait longer than we do."""

    def __init__(self, engine: str, seconds: int) -> None:
        super().__init__(
            N_("{engine} is busy and asks to wait {seconds} seconds. Try again then."),
            engine=engine,
            seconds=seconds,
        )


class EngineUnavailableError(EngineError):
    """The provider does not answer, or says that it cannot."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(
            N_("{engine} cannot be reached ({reason}). Try again later."),
            engine=engine,
            reason=reason,
        )


class EngineAnswerError(EngineError):
    """The provider answered something else than translations."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(
            N_("{engine} gave an answer that cannot be used ({reason})."),
            engine=engine,
            reason=reason,
        )
