namespace Library.Defaults.Projections;

/// <summary>How generations follow each other.</summary>
internal static class Switching
{
    public static GenerationDocument Started(this GenerationDocument document, DateTimeOffset now) => document.Cancelled() with
    {
        Last = document.Last + 1,
        Building = new Build { Number = document.Last + 1, StartedAt = now },
    };

    public static GenerationDocument Switched(this GenerationDocument document, DateTimeOffset now) => document.WithoutPrevious() with
    {
        Current = document.Building!.Number,
        Previous = document.Current,
        Comparison = document.Building.Comparison,
        Building = null,
        Since = now,
    };

    public static GenerationDocument SwitchedBack(this GenerationDocument document, DateTimeOffset now) => document with
    {
        Current = document.Previous,
        Previous = document.Current,
        Since = now,
    };

    public static GenerationDocument WithoutPrevious(this GenerationDocument document) => document.Previous is { } previous
        ? document with { Previous = null, Retired = [.. document.Retired, previous] }
        : document;

    public static GenerationDocument Cancelled(this GenerationDocument document) => document.Building is { } build
        ? document with { Building = null, Retired = [.. document.Retired, build.Number] }
        : document;
}
