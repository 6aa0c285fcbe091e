"""Which POSTs need no Idempotency-Key, and why each may be sent again without one. Next stop: openapi.py.

Before a login there is nobody yet whose wish a key could name; each of these is safe to repeat for a reason of its own.
A key is taken all the same where one is sent: a lost answer is then found again.
"""

from collections.abc import Mapping

KEYLESS: Mapping[str, str] = {
    "activationState": "It only looks.",
    "askForPasswordReset": "Everybody is answered alike, and of several links only the newest works.",
    "beginLogin": "Each begins a login of its own, which ends by itself when nobody takes it further.",
    "chooseSecondFactor": "It may be chosen anew, and the same choice changes nothing.",
    "confirmIdentity": "A link takes this step once.",
    "confirmTotp": "A link takes this step once, and a code is good once.",
    "finishLogin": "A login is finished once, and a code is good once.",
    "finishLoginByPasskey": "A login is finished once, and an answer is good once.",
    "passkeyQuestion": "A question changes nothing until it is answered, and is good once.",
    "resendCode": "Of several codes only the newest works, and how many are mailed has an end.",
    "setPassword": "A link takes this step once.",
    "setUpTotp": "It answers the same until a code confirms it.",
    "token": "It gives a token and changes nothing.",
}
"""By operation."""
