"""The settings of the index, read once from the environment or `.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingsError

__all__ = ["IndexSettings"]

# What to write, where the library says what it could not parse.
_FORMS = {
    "bool_parsing": "write true or false",
    "int_parsing": "write a whole number",
    "greater_than_equal": "write a number of at least {ge}",
    "less_than_equal": "write a number of at most {le}",
    "string_pattern_mismatch": "write it in this form: {example}",
}


class IndexSettings(BaseSettings):
    """The places of the documents and the index, and the models."""

    model_config = SettingsConfigDict(
        env_prefix="CITEBOT_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        # compose files pass unset variables on as empty strings
        env_ignore_empty=True,
    )

    knowledge: Path = Path("knowledge")
    data: Path = Field(default=Path("data"), validate_default=True)
    database_url: SecretStr | None = None
    model: str | None = None
    reranker: str | None = None
    max_sentences: int | None = Field(default=None, ge=1)
    ocr_languages: str | None = Field(
        default=None, pattern=r"^[A-Za-z_]+([+, ]+[A-Za-z_]+)*$", examples=["kir+rus"]
    )

    @field_validator("data")
    @classmethod
    def _apart(cls, value: Path, info: ValidationInfo) -> Path:
        knowledge = info.data.get("knowledge")
        if knowledge and value.resolve().is_relative_to(knowledge.resolve()):
            raise ValueError("it lies within the folder of the documents; choose one beside it")
        return value

    @property
    def database(self) -> str | None:
        """The address of the database, if one is set."""
        return self.database_url.get_secret_value() if self.database_url else None

    @field_validator("database_url")
    @classmethod
    def _of_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("write it as postgresql://user:password@host:5432/database")
        return value

    @classmethod
    def read(cls) -> Self:
        """Return the settings of this process; SettingsError names the wrong variable."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError(cls._explain(error)) from None
        except (OSError, UnicodeError) as error:
            # only the file of settings is read; its content may be secret
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise SettingsError(
                f".env: {reason}; save it as UTF-8 text that this user may read",
                "settings_file",
                reason=reason,
            ) from None

    @classmethod
    def _explain(cls, error: ValidationError) -> str:
        """Return one line for each wrong variable, without its value, which may be a secret."""
        lines = []
        for detail in error.errors(include_url=False, include_input=False):
            name = str(detail["loc"][0]) if detail["loc"] else ""
            field = cls.model_fields.get(name)
            values = {**detail.get("ctx", {}), "example": ((field and field.examples) or [""])[0]}
            form = _FORMS.get(detail["type"])
            reason = form.format(**values) if form else detail["msg"].removeprefix("Value error, ")
            lines.append(f"CITEBOT_{name.upper()}: {reason}")
        return "\n".join(lines)
