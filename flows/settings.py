"""What an operator may set: ``enonce.toml`` in the house, or ``ENONCE_…`` in the environment.

The environment wins over the file. ``docs/settings.md`` lists every setting; a test holds it to
that.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from approvals.errors import N_
from approvals.events import Confidentiality

FILE = "enonce.toml"


class Mode(StrEnum):
    """Whether the house may seal with its demonstration authority."""

    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


class Runs(StrEnum):
    """Who carries the stages out while ``enonce serve`` runs."""

    EMBEDDED = "embedded"
    WORKER = "worker"


class SignOff(StrEnum):
    """Whether votes, proclamations and seals need a passkey's signature at the desk."""

    OFFERED = "offered"
    REQUIRED = "required"


class Security(StrEnum):
    """How the connection to the mail server is kept from being read."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Webhook(BaseModel):
    """One webhook, under the name of its table."""

    url: str = Field(description="Where the requests go.")
    secret_file: Path = Field(description="A file that holds the secret that signs them.")
    events: list[str] = Field(default_factory=list, description="Which events; else all.")
    private: bool = Field(
        default=False, description="Whether it may be on this machine or in a private net."
    )


class Settings(BaseSettings):
    """The settings of one house."""

    model_config = SettingsConfigDict(env_prefix="ENONCE_", extra="ignore")

    home: Path = Field(description=N_("The folder that holds everything of this house."))
    mode: Mode = Field(
        default=Mode.DEMONSTRATION,
        description=N_("In production mode the demonstration authority is refused."),
    )
    database_url: str | None = Field(
        default=None,
        description=N_(
            "The ledger’s database as an SQLAlchemy URL; without one, SQLite in the house."
        ),
    )
    vault_url: str | None = Field(
        default=None,
        description=N_("Where the files are kept (any fsspec URL); without one, in the house."),
    )
    key_file: Path | None = Field(
        default=None,
        description=N_("A PKCS#12 file with the institution’s own sealing key and its chain."),
    )
    key_passphrase_file: Path | None = Field(
        default=None, description=N_("A file that holds the passphrase of key_file.")
    )
    anchors: list[Path] = Field(
        default_factory=list,
        description=N_("PEM files of the authorities that a seal may go back to."),
    )
    engine: str | None = Field(
        default=None, description=N_("The translation engine to ask where the memory has nothing.")
    )
    engine_consent: dict[str, list[Confidentiality]] = Field(
        default_factory=dict,
        description=N_("By engine, the levels of confidentiality whose texts it may be sent."),
    )
    typography: str = Field(
        default="fr-FR-typo",
        description=N_("French spacing: fr-FR-typo, fr-FR-word or fr-CA."),
    )
    runs: Runs = Field(
        default=Runs.EMBEDDED,
        description=N_(
            "Whether “enonce serve” carries stages out itself or leaves them to workers."
        ),
    )
    memory_url: str | None = Field(
        default=None,
        description=N_("The translation memory’s PostgreSQL database; without one, in the house."),
    )
    memory_penalties: dict[str, int] = Field(
        default_factory=dict,
        description=N_("Points off a match’s score by the origin of its unit."),
    )
    intake_size_mb: int = Field(
        default=20, ge=1, le=64, description=N_("How many MB an upload may have.")
    )
    intake_parts: int = Field(
        default=2000, ge=1, le=10_000, description=N_("How many parts an upload may hold.")
    )
    intake_unpacked_mb: int = Field(
        default=200, ge=1, le=800, description=N_("How many MB an upload may have unpacked.")
    )
    intake_xml_mb: int = Field(
        default=50, ge=1, le=200, description=N_("How many MB one XML part may have unpacked.")
    )
    intake_ratio: int = Field(
        default=200, ge=1, le=1000, description=N_("How many times a part may grow when unpacked.")
    )
    intake_depth: int = Field(
        default=256, ge=1, le=256, description=N_("How many elements may stand inside one another.")
    )
    intake_columns: int = Field(
        default=63, ge=1, le=63, description=N_("How many columns a table cell may span.")
    )
    intake_memory_mb: int = Field(
        default=256,
        ge=64,
        le=4096,
        description=N_("MB of memory that the inspecting process may use."),
    )
    intake_cpu_seconds: float = Field(
        default=5.0, gt=0, le=60, description=N_("Processor time that inspecting a file may take.")
    )
    intake_wall_seconds: float = Field(
        default=20.0, gt=0, le=120, description=N_("Time that inspecting a file may take in all.")
    )
    coding_share: int = Field(
        default=10, ge=1, le=100, description=N_("Percent of open answers that both coders get.")
    )
    desk_port: int = Field(
        default=8300, description=N_("Where “enonce serve” opens the desk on this machine.")
    )
    desk_url: str | None = Field(
        default=None,
        description=N_("The desk’s address as people reach it, through a server with TLS."),
    )
    sign_off: SignOff = Field(
        default=SignOff.OFFERED,
        description=N_("Whether the desk takes votes and seals with a passkey only."),
    )
    oidc_issuer: str | None = Field(
        default=None, description=N_("The institution’s OpenID provider, for signing in.")
    )
    oidc_client_id: str | None = Field(
        default=None, description=N_("The desk’s id at that provider.")
    )
    oidc_secret_file: Path | None = Field(
        default=None, description=N_("A file that holds the desk’s secret at that provider.")
    )
    oidc_name: str = Field(default="", description=N_("What the button for it says."))

    smtp_host: str | None = Field(
        default=None,
        description=N_("The mail server; without one, mails lie in the house’s folder."),
    )
    smtp_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description=N_("Its port; else 587, 465 or 25 by smtp_security."),
    )
    smtp_security: Security = Field(
        default=Security.STARTTLS, description=N_("How the connection to it is encrypted.")
    )
    smtp_user: str | None = Field(default=None, description=N_("The account at the mail server."))
    smtp_password_file: Path | None = Field(
        default=None, description=N_("A file that holds that account’s password.")
    )
    smtp_ca_file: Path | None = Field(
        default=None,
        description=N_("A PEM file of the authority that vouches for the mail server."),
    )
    mail_from: str | None = Field(
        default=None, description=N_("The address that mails come from and bounces go to.")
    )
    webhooks: dict[str, Webhook] = Field(
        default_factory=dict, description=N_("By name, who is told of events by signed requests.")
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the house's own file below the environment."""
        home = Path(str(init_settings().get("home", ".")))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, home / FILE)


def default_home() -> Path:
    """Give the house that commands use unless told otherwise."""
    told = os.environ.get("ENONCE_HOME")
    return Path(told) if told else Path.home() / ".enonce"


def load(home: Path) -> Settings:
    """Read the settings of the house in ``home``."""
    return Settings(home=home)
