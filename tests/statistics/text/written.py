"""Texts whose label, theme and tone are planted, in two languages."""

import numpy as np
import pandas as pd

MATTERS = {
    "fees": (
        ["手续费扣了12元没有通知", "年费太高，说好免费的", "账户管理费每个月都扣"],
        ["I was charged an annual fee", "the account fee was taken twice", "why is there a monthly fee"],
    ),
    "app": (
        ["手机银行登录不上", "更新以后软件闪退打不开", "登录密码正确却提示错误"],
        ["the app crashes after the update", "I cannot log in to the app", "the app says wrong password"],
    ),
    "loan": (
        ["房贷利率没有调整", "贷款申请一直没有进度", "提前还款要收违约金"],
        ["my mortgage rate was not changed", "the loan application has no progress", "early repayment costs a penalty"],
    ),
}  # fmt: skip
BEFORE = (["您好，", "我是老客户，", "请领导看一下，", ""], ["Hello, ", "Dear team, ", "Honestly, ", ""])
AFTER = (
    ["。请尽快处理，谢谢。", "。麻烦回复。", "。", "！！"],
    [". Please reply soon.", ". Thanks.", ".", "!!"],
)


def feedback(n: int, seed: int = 0, english: float = 0.4, shares=(0.6, 0.3, 0.1)) -> pd.DataFrame:
    """Texts in order of time: text, label, language, day."""
    rng = np.random.default_rng(seed)
    rows = []
    for place in range(n):
        label = str(rng.choice(list(MATTERS), p=shares))
        which = int(rng.random() < english)
        pieces = [rng.choice(BEFORE[which]), rng.choice(MATTERS[label][which]), rng.choice(AFTER[which])]
        rows.append(("".join(pieces), label, ("zh", "en")[which], place))
    return pd.DataFrame(rows, columns=["text", "label", "language", "day"])
