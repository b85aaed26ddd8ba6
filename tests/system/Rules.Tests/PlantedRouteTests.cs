using Library.Defaults.Auth;
using Library.Defaults.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Rules.Tests;

/// <summary>The walk seen red, each time by a route that was planted.</summary>
public sealed class PlantedRouteTests
{
    private const string App = "reader-command";

    [Fact]
    public async Task A_route_without_a_rule_keeps_the_service_from_starting()
    {
        var refusal = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => Walked(app => app.MapGet("/planted", () => "")));

        Assert.Contains("/planted", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_whose_rule_is_not_described_is_named() =>
        Assert.Equal("GET /planted: nothing is said of who may", Assert.Single(await Walked(app => app.MapGet("/planted", () => "").ForRoles(Roles.Admin).AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Extensions!.Remove("x-roles");
            return Task.CompletedTask;
        }))));

    [Fact]
    public async Task A_route_that_is_open_although_it_says_that_it_is_not_is_named()
    {
        var wrong = await Walked(app => app.MapGet("/planted", () => "").OpenToAnyone().AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Extensions!["x-roles"] = new Microsoft.OpenApi.JsonNodeExtension(new System.Text.Json.Nodes.JsonArray("admin"));
            return Task.CompletedTask;
        }));

        Assert.Contains("GET /planted: nobody was let in (200 ), although it is for admin", wrong);
        Assert.Contains("GET /planted: a forger was let in (200 ), although it is for admin", wrong);
        Assert.DoesNotContain(wrong, line => line.Contains("an admin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_route_that_keeps_out_whom_it_should_let_in_is_named()
    {
        var wrong = await Walked(app => app.MapGet("/planted", () => AuthRefusals.NotYours.ToProblem()).ForRoles(Roles.Librarian));

        Assert.Equal("GET /planted: a librarian was kept out (403 not-yours), although it is for librarian", Assert.Single(wrong));
    }

    private static async Task<IReadOnlyList<string>> Walked(Action<WebApplication> plant)
    {
        await using var service = await Stage.Start(App, builder => builder.AddLibraryDefaults(App).AddWriting(), app =>
        {
            app.MapLibraryDefaults();
            plant(app);
        });
        return await Walk.All(service.Http, TestContext.Current.CancellationToken);
    }
}
