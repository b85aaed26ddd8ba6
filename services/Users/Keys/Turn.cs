namespace Library.Users.Keys;

/// <summary>The next key signs from now on.</summary>
internal static class Turn
{
    public static async Task<IResult> Handle(SigningKeys keys, CancellationToken cancellation) =>
        (await keys.Turn(cancellation)).IsRefused(out var refusal, out var ring) ? refusal.ToProblem() : TypedResults.Ok(new Turned(ring.Current.Kid, ring.Next.Kid));
}

internal sealed record Turned(string Current, string Next);
