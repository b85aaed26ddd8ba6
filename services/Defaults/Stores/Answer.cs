using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Stores;

/// <summary>What a command answers: whom it concerned, and the version from which on a view shows it.</summary>
public sealed record Answer(string Id, long Version)
{
    /// <summary>Of what was created.</summary>
    public string? Location { get; init; }

    /// <summary>It has begun and is not done: what came of it is asked at <see cref="Location"/>.</summary>
    public bool IsAccepted { get; init; }

    public IResult ToResult() => IsAccepted ? TypedResults.Accepted(Location, new AcceptedAnswer(Id, Version))
        : Location is null
        ? TypedResults.Ok(new { Id, Version })
        : TypedResults.Created(Location, new { Id, Version });
}

/// <summary>What was begun, for whoever asks later.</summary>
public sealed record AcceptedAnswer(string Id, long Version);
