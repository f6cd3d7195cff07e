"""The table of the conversation."""

from typing import Literal, Self

from pydantic import Field, model_validator

from ekyc.settings.sections import Section


class Call(Section):
    """The conversation."""

    rejoin_s: float = Field(60.0, gt=0, description="A dropped party may come back within, seconds")
    pass_s: float = Field(
        30.0, gt=0, description="Life of the one-use right to open the call's WebSocket, seconds"
    )
    sequence_steps: int = Field(
        4, ge=2, le=8, description="Movements of a random sequence, one after another"
    )
    sequence_of: list[Literal["left", "right", "up", "down", "eyes", "smile", "closer"]] = Field(
        ["left", "right", "up", "down"],
        min_length=2,
        description="Movements it is drawn from; a call's equivalent set has its own",
    )
    questions: int = Field(
        3, ge=0, le=8, description="Questions of a round that the file knows the answer to"
    )
    questions_right: int = Field(
        2, ge=0, le=8, description="Of these so many answered well count for an approval"
    )
    purpose_questions: int = Field(
        2, ge=0, le=5, description="Questions of a round about purpose and coercion"
    )
    question_rounds_max: int = Field(
        5, ge=1, le=20, description="Rounds of questions an agent may draw in one call"
    )
    identification_tries: int = Field(
        5, ge=1, le=20, description="Wrong answers to who is calling before no change can be made"
    )
    authorisations_max: int = Field(
        10, ge=1, le=50, description="Authorisations of changes an agent may ask for in one call"
    )
    approval_needs: list[
        Literal["tilt", "features", "finger", "hand", "questions", "code", "callback"]
    ] = Field(
        ["features", "questions"],
        description="What an approval needs beside movements and checklist: tilt, features,"
        " finger, hand, questions, code (sent in the call and typed back), callback (told in the"
        " call and typed at a link mailed to the customer)",
    )
    supervised_signals: list[
        Literal[
            "another-person",
            "no-match",
            "flat-picture",
            "frozen-picture",
            "own-net",
            "several-faces",
            "virtual-camera",
            "too-quick",
            "too-bright",
            "too-dark",
        ]
    ] = Field(
        ["another-person", "no-match"],
        description="Signals after which an approval waits until a supervisor, another person than"
        " the agent, cleared them",
    )
    tilt_of: list[Literal["level", "left", "right", "away", "near"]] = Field(
        ["level", "left", "right", "away"],
        min_length=2,
        max_length=5,
        description="Photographs of the document tilted in the call, in this order",
    )
    features_needed: int = Field(
        3, ge=0, le=4, description="Of the four classes of a document's features so many count"
    )
    still_timer_s: int = Field(
        3,
        ge=0,
        le=10,
        description="A tilted document, a finger or a hand is photographed so long after the touch,"
        " seconds",
    )
    guest_link_min: float = Field(
        10.0, gt=0, description="An interpreter's link opens a call for so long, minutes"
    )
    max_minutes: float = Field(30.0, gt=0, description="Longest call, minutes")
    ws_max_bytes: int = Field(65536, ge=4096, description="Largest WebSocket message, bytes")
    ws_messages_per_s: float = Field(
        20.0, gt=0, description="Messages a socket may send per second"
    )
    ws_silence_s: float = Field(15.0, gt=0, description="A silent socket is closed after, seconds")
    figures_s: float = Field(
        20.0,
        gt=0,
        le=300,
        description="The figures of each second are written into the file together every, seconds",
    )
    ask_place: bool = Field(
        True, description="Ask whether the place may be recorded in the call (a consent of its own)"
    )
    place_decimals: int = Field(
        3, ge=0, le=5, description="Degrees of a place are rounded to, decimals (3: some 100 m)"
    )
    places_max: int = Field(50, ge=1, description="Places kept of one call")
    stills_max: int = Field(
        40, ge=1, description="Photographs an agent may ask the customer for in one call"
    )
    still_bytes: int = Field(
        1_500_000,
        ge=100_000,
        description="The page makes a photograph asked for in a call smaller until it fits, bytes",
    )

    @model_validator(mode="after")
    def what_is_needed_can_be_had(self) -> Self:
        """Refuse approvals that wait for answers to questions nobody draws."""
        if "questions" in self.approval_needs and not self.questions + self.purpose_questions:
            raise ValueError("call.approval_needs: questions are needed, and none is drawn")
        return self
