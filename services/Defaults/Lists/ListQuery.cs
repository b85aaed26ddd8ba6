using System.Buffers.Text;
using System.Text;
using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Lists;

/// <summary>Which part of a list is asked for: "limit" entries behind "after", which is the "next" of the part before.</summary>
public sealed record ListQuery(int Limit, ListPosition? After)
{
    public const int DefaultLimit = 50;
    private const int MostAtOnce = 200;
    private const int LongestAfter = 1_000;

    private static readonly Refusal LimitUnclear = new("limit-unclear", $"limit is a number from 1 to {MostAtOnce}.", StatusCodes.Status400BadRequest);
    private static readonly Refusal AfterUnclear = new("after-unclear", "after is what the part before has said as next.", StatusCodes.Status400BadRequest);

    /// <returns>The refusal, or null when the query is good.</returns>
    public static Refusal? Read(int limit, string? after, out ListQuery query)
    {
        var position = string.IsNullOrEmpty(after) ? null : Position(after);
        query = new ListQuery(limit, position);
        return limit is < 1 or > MostAtOnce ? LimitUnclear
            : position is null && !string.IsNullOrEmpty(after) ? AfterUnclear
            : null;
    }

    /// <summary>For callers it has no meaning, so they can neither build on it nor break it.</summary>
    internal static string? Text(ListPosition? position) => position is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{position.Id}\n{position.Sort}"));

    private static ListPosition? Position(string after)
    {
        if (after.Length > LongestAfter || !Base64Url.IsValid(after))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(after)).Split('\n', 2);
        return parts.Length == 2 ? new ListPosition(parts[1], parts[0]) : null;
    }
}

/// <summary>A part of a list as it is answered; without next there is no more.</summary>
public sealed record ListAnswer<T>(IReadOnlyList<T> Items, string? Next);

public static class ListAnswer
{
    public static ListAnswer<TShown> Of<T, TShown>(ListSlice<T> slice, Func<T, TShown> show)
        where T : class => new([.. slice.Items.Select(show)], ListQuery.Text(slice.Next));
}
