using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Idempotency;

public static class IdempotencyRefusals
{
    public static readonly Refusal KeyReused = new(
        "idempotency-key-reused", "This Idempotency-Key was used for another request within the last seven days. Use a new key for a new request.",
        StatusCodes.Status422UnprocessableEntity);

    public static readonly Refusal KeyMalformed = new(
        "idempotency-key-malformed", "An Idempotency-Key has 1 to 200 visible ASCII characters. A random UUID is a good one.", StatusCodes.Status400BadRequest);
}
