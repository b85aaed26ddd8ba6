using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Stores;

/// <summary>What a command answers: whom it concerned, and the version from which on a view shows it.</summary>
public sealed record Answer(string Id, long Version)
{
    /// <summary>Of what was created.</summary>
    public string? Location { get; init; }

    public IResult ToResult() => Location is null
        ? TypedResults.Ok(new { Id, Version })
        : TypedResults.Created(Location, new { Id, Version });
}
