using System.Text.Json.Nodes;
using Library.Gateway;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests;

public sealed class DescriptionTests
{
    private const string ReaderQuery = """
        { "openapi": "3.1.1", "paths": {
            "/readers/{id}": { "get": { "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Reader" } } } } } } },
            "/facts": { "get": {} }, "/readers": { "delete": {} } },
          "components": { "schemas": {
            "Reader": { "properties": { "address": { "$ref": "#/components/schemas/Address" }, "friends": { "items": { "$ref": "#/components/schemas/Reader" } } } },
            "Address": { "properties": { "street": { "type": "string" } } },
            "Unused": {} } } }
        """;

    [Fact]
    public void Only_what_clients_reach_is_described_under_its_public_address()
    {
        var merged = Merge((GatewayStage.Query, ReaderQuery));

        Assert.Equal(["/healthz", "/api/readers/{id}"], Names(merged["paths"]));
        Assert.Equal(["get"], Names(merged["paths"]!["/api/readers/{id}"]));
        Assert.Equal(["Address", "Reader"], Names(merged["components"]!["schemas"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Equal_schemas_are_one_and_others_of_the_same_name_are_two_with_all_that_refers_to_them()
    {
        var command = ReaderQuery.Replace("\"get\"", "\"patch\"", StringComparison.Ordinal);
        var same = Merge((GatewayStage.Query, ReaderQuery), (GatewayStage.Command, command));
        var other = Merge((GatewayStage.Query, ReaderQuery), (GatewayStage.Command, command.Replace("\"street\"", "\"town\"", StringComparison.Ordinal)));

        Assert.Equal(["Address", "Reader"], Names(same["components"]!["schemas"]).Order(StringComparer.Ordinal));
        Assert.Equal(["Address", "Reader", "ReaderCommandAddress", "ReaderCommandReader"], Names(other["components"]!["schemas"]).Order(StringComparer.Ordinal));
        Assert.Equal("#/components/schemas/ReaderCommandReader", Schema(other, "patch"));
        Assert.Equal("#/components/schemas/Reader", Schema(other, "get"));
        var reader = other["components"]!["schemas"]!["ReaderCommandReader"]!["properties"]!;
        Assert.Equal(("#/components/schemas/ReaderCommandAddress", "#/components/schemas/ReaderCommandReader"), ((string?)reader["address"]!["$ref"], (string?)reader["friends"]!["items"]!["$ref"]));
    }

    [Fact]
    public async Task It_is_gathered_from_the_services_and_says_which_is_missing()
    {
        await using var stage = await GatewayStage.Start(query => query.MapGet("/openapi.json", () => Microsoft.AspNetCore.Http.TypedResults.Content(ReaderQuery, "application/json")));

        var json = (await stage.Get("/openapi.json")).Json;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stage.Get("/openapi.json")));

        Assert.Equal(["coordinator", "reader-command", "user"], json.GetProperty("x-not-described").EnumerateArray().Select(app => app.GetString()));
        Assert.Equal("bearer", json.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("scheme").GetString());
        Assert.True(json.GetProperty("paths").TryGetProperty("/api/readers/{id}", out _));
        Assert.True(json.GetProperty("paths").TryGetProperty("/api/parked", out _));
        Assert.True(json.GetProperty("paths").TryGetProperty("/healthz", out _));
        Assert.False(json.GetProperty("paths").TryGetProperty("/openapi.json", out _));
        Assert.Single(stage.SeenByApps);
    }

    private static JsonObject Merge(params (string App, string Document)[] told) => Description.Merge(
        JsonNode.Parse("""{ "openapi": "3.1.1", "paths": { "/healthz": { "get": {} } } }""")!.AsObject(),
        [.. told.Select(told => new Told(told.App, 200, JsonNode.Parse(told.Document)))]);

    private static string? Schema(JsonObject merged, string method) =>
        (string?)merged["paths"]!["/api/readers/{id}"]![method]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["$ref"];

    private static IEnumerable<string> Names(JsonNode? node) => node!.AsObject().Select(member => member.Key);
}
