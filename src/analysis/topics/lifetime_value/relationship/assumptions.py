"""What the bank's tables do not tell: the discount rate, what a contact costs, what a default loses."""

from dataclasses import dataclass, field

import numpy as np

from analysis.topics.lifetime_value import discount

# US dollars a contact: TowerGroup with Fiserv, M-Com and VeriSign, Mobile Banking Among Offline Consumers
# (2009), as Credit Union Journal reported it; chat as half a call, video as a call: assumed.
RELATIVE_COSTS = {
    "mobile": 0.08, "online": 0.17, "atm": 0.85, "phone": 3.75, "branch": 4.00, "chat": 1.88, "video": 3.75,
}  # fmt: skip
_LEVEL = 3.0  # yuan per US dollar of the source, for wages in China: assumed


def _costs() -> dict[str, float]:
    return {channel: round(_LEVEL * cost, 2) for channel, cost in RELATIVE_COSTS.items()}


@dataclass(frozen=True)
class Assumptions:
    """Parameters of the relationship value; replace what your bank knows better.

    Attributes
    ----------
    discount_rate : float
        A year, 0.08 is 8 %. Default 0.08: assumed, in the range of a bank's cost of equity.
    cost_per_contact : dict of str to float
        Currency a contact, by channel of table interactions; another channel costs nothing. Default: the
        relative costs of TowerGroup (2009) at a level that is assumed for China.
    cost_per_month : float
        Currency a month for every customer. Default 2.00: assumed.
    cost_currency : str
        ISO code of the costs. In a bank of another currency they are left out, and said to be missing.
    loss_given_default : float
        Share of the outstanding amount. Default 0.45: foundation IRB of Basel II for senior unsecured claims
        (BCBS 2006, paragraph 287). It is set for companies; for households it stands in for the bank's own.
    loss_given_default_by_purpose : dict of str to float
        The same for loans of a purpose (loans.purpose). Default 0.35 for "home": claims secured by real estate
        (BCBS 2006, paragraph 295).
    default_probability : tuple of float
        Within 12 months, for loans 0, 1–29, 30–59 and 60–89 days past due, where the bank's own history is
        too short. Default 1, 5, 25 and 50 %: assumed.
    """

    discount_rate: float = 0.08
    cost_per_contact: dict[str, float] = field(default_factory=_costs)
    cost_per_month: float = 2.0
    cost_currency: str = "CNY"
    loss_given_default: float = 0.45
    loss_given_default_by_purpose: dict[str, float] = field(default_factory=lambda: {"home": 0.35})
    default_probability: tuple[float, float, float, float] = (0.01, 0.05, 0.25, 0.5)

    def __post_init__(self):
        if not self.discount_rate > -1:
            raise ValueError(f"discount_rate is {self.discount_rate}; expected a share a year such as 0.08")
        for share in (self.loss_given_default, *self.loss_given_default_by_purpose.values()):
            if not 0 <= share <= 1:
                raise ValueError(f"the loss given default is {share}; expected a share from 0 to 1")
        chances = self.default_probability
        if len(chances) != 4 or not all(0 <= p <= 1 for p in chances):
            raise ValueError(
                f"default_probability is {chances}; expected 4 shares, for loans 0, 1–29, 30–59 and 60–89 days late"
            )

    def discounts(self, months: int) -> np.ndarray:
        """Worth today of one unit of money at the end of month 1, …, `months`: (1 + d)^(−m/12)."""
        if months < 1:
            raise ValueError(f"months is {months}; expected at least 1")
        return discount.monthly(self.discount_rate) ** np.arange(1, months + 1)
