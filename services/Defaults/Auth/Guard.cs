using Library.Defaults.Auth.Sessions;
using Library.Defaults.Auth.Tokens;
using Library.Defaults.Hosting;
using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Library.Defaults.Auth;

/// <summary>Stands before every endpoint and keeps its rule.</summary>
internal sealed class Guard(TokenVerifier tokens, IEnumerable<SessionWatch> sessions)
{
    private const string Scheme = "Bearer ";
    private const string CallerApp = "dapr-caller-app-id";
    private readonly SessionWatch? _sessions = sessions.FirstOrDefault();

    public Task Check(HttpContext http, RequestDelegate next)
    {
        // What is no route of ours is the framework's own refusal, such as 405.
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
        {
            return next(http);
        }

        var rule = endpoint.Metadata.GetMetadata<Rule>() ?? throw new InvalidOperationException($"Nothing is said of who may use {endpoint.DisplayName}.");
        return rule.Admits switch
        {
            Admits.Anyone => next(http),
            Admits.Services => IsService(http, rule.Who) ? next(http) : AuthRefusals.OnlyServices.ToProblem().ExecuteAsync(http),
            Admits.Sidecar => http.Request.Headers[CallerApp].Count == 0 ? next(http) : AuthRefusals.OnlySidecar.ToProblem().ExecuteAsync(http),
            _ => CheckToken(http, rule, next),
        };
    }

    private static bool IsService(HttpContext http, IReadOnlyList<string> apps) =>
        http.Request.Headers[CallerApp] is [{ Length: > 0 } app] && (apps.Count == 0 ? app != ServiceNames.Gateway : apps.Contains(app));

    private async Task CheckToken(HttpContext http, Rule rule, RequestDelegate next)
    {
        if (http.Request.Headers.Authorization is not [{ } shown] || !shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            await NotSignedIn(http, AuthRefusals.NotSignedIn, "Bearer");
            return;
        }

        var (token, isExpired) = await tokens.Verify(shown[Scheme.Length..], http.RequestAborted);
        if (token is null || (_sessions is not null && await _sessions.HasEnded(token, http.RequestAborted)))
        {
            await NotSignedIn(http, token is not null ? AuthRefusals.SessionEnded : isExpired ? AuthRefusals.TokenExpired : AuthRefusals.TokenInvalid, "Bearer error=\"invalid_token\"");
            return;
        }

        if (rule.Admits == Admits.Roles && !token.Caller.Roles.Overlaps(rule.Who))
        {
            await AuthRefusals.NotForYou(rule.Who).ToProblem().ExecuteAsync(http);
            return;
        }

        if (rule.OwnedBy is { } part && !MaySee(token.Caller, http.GetRouteValue(part) as string ?? "", rule.IsOfUser))
        {
            await AuthRefusals.NotYours.ToProblem().ExecuteAsync(http);
            return;
        }

        http.Features.Set(token.Caller);
        http.Features.Set(new OpenSession(token.Id, token.Expires));
        await next(http);
    }

    private static bool MaySee(Caller caller, string owner, bool isUser) => isUser ? caller.IsStaff || caller.UserId == owner : caller.MaySee(owner);

    private static Task NotSignedIn(HttpContext http, Refusal refusal, string challenge)
    {
        http.Response.Headers.WWWAuthenticate = challenge;
        return refusal.ToProblem().ExecuteAsync(http);
    }
}
