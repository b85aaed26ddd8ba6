using System.Text.Json.Nodes;
using Library.Defaults.Lists;
using Library.Defaults.Refusals;

namespace Library.Gateway;

/// <summary>One list out of the lists of all services. The page after it is asked of those services that have more.</summary>
internal sealed class Gathering(Apps apps)
{
    private static readonly Refusal AfterUnclear = new("after-unclear", "after is what the part before has said as next.", StatusCodes.Status400BadRequest);

    /// <param name="path">The list's address in each service.</param>
    /// <param name="limit">So many of each service.</param>
    /// <param name="after">The next of an earlier page: app:their next,app:their next.</param>
    /// <param name="http">Of the client.</param>
    public async Task<IResult> Gather(string path, int limit, string? after, HttpContext http)
    {
        var places = string.IsNullOrEmpty(after) ? Routes.Apps.Select(app => (App: app, After: "")).ToList() : [.. after.Split(',').Select(Place).DistinctBy(place => place.App)];
        var refusal = places.TrueForAll(place => Routes.Apps.Contains(place.App)) ? ListQuery.Read(limit, null, out _) : AfterUnclear;
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        var questions = places.Select(place => (place.App, $"{path}?limit={limit}{place.After}"));
        var told = await apps.AskAll(questions, http.RequestAborted, token: http.Request.Headers.Authorization is [{ } shown] ? shown : null);
        return Array.Find(told, page => page.IsNotAllowed) is { } no ? Refused(http, no) : TypedResults.Ok(Merge(told));
    }

    /// <summary>All services keep the same rule, so what one refuses nobody tells.</summary>
    private static IResult Refused(HttpContext http, Told no)
    {
        if (no.Challenge.Length > 0)
        {
            http.Response.Headers.WWWAuthenticate = no.Challenge;
        }

        return TypedResults.Json(no.Body, contentType: "application/problem+json", statusCode: no.Status);
    }

    private static (string App, string After) Place(string text) =>
        text.Split(':', 2) is [var app, var theirs] ? (app, $"&after={Uri.EscapeDataString(Uri.UnescapeDataString(theirs))}") : ("", "");

    private static Gathered Merge(Told[] told)
    {
        var items = told.Where(page => page.IsGood).SelectMany(Items).ToList();
        var next = from page in told
                   let more = page.IsGood ? (page.Body as JsonObject)?["next"] : null
                   where more is not null
                   select $"{page.App}:{Uri.EscapeDataString(more.ToString())}";

        // A service without such a list has nothing to tell.
        var unanswered = told.Where(page => !page.IsGood && page.Status != StatusCodes.Status404NotFound).Select(page => new Unanswered(page.App, page.Reason));
        return new Gathered(items, string.Join(',', next) is { Length: > 0 } rest ? rest : null, [.. unanswered]);
    }

    private static IEnumerable<JsonNode> Items(Told page)
    {
        var list = page.Body as JsonArray ?? page.Body!["items"] as JsonArray ?? [];
        foreach (var item in list.OfType<JsonObject>())
        {
            var own = (JsonObject)item.DeepClone();
            own["app"] = page.App;
            if (own["id"]?.ToString() is { } id)
            {
                own["id"] = $"{page.App}~{id}";
            }

            yield return own;
        }
    }
}

/// <summary>Items of all services that answered; the others are said, so that nobody takes a part for the whole.</summary>
internal sealed record Gathered(IReadOnlyList<JsonNode> Items, string? Next, IReadOnlyList<Unanswered> Unanswered);

internal sealed record Unanswered(string App, string Reason);
