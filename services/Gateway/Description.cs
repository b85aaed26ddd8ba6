using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Library.Gateway;

/// <summary>One OpenAPI document for all that clients reach, made of those of the services. One that is down is said, not left out in silence.</summary>
internal sealed class Description(Apps apps, [FromKeyedServices("v1")] IOpenApiDocumentProvider own, IOptions<GatewayOptions> options)
{
    private static readonly TimeSpan WhileIncomplete = TimeSpan.FromSeconds(1);

    public async Task<JsonObject> Find()
    {
        // A service that has just started describes itself for the first time, which takes its time.
        var told = await apps.AskAll(Routes.Apps.Select(app => (app, "/openapi.json")), CancellationToken.None, options.Value.AnswerTime);
        return Merge(await Own(), told);
    }

    public TimeSpan Fresh(JsonObject description) => description.ContainsKey("x-not-described") ? WhileIncomplete : options.Value.DescriptionFresh;

    internal static JsonObject Merge(JsonObject own, IReadOnlyList<Told> told)
    {
        var (names, paths) = (new SchemaNames(), new JsonObject());
        foreach (var (path, operations) in own["paths"] as JsonObject ?? [])
        {
            paths[path] = names.Adopt(operations!, "gateway", Schemas(own));
        }

        foreach (var route in Routes.All)
        {
            var service = told.FirstOrDefault(service => service.App == route.App && service.IsGood)?.Body as JsonObject;
            if (service?["paths"]?[route.Path]?[Verb(route)] is { } operation)
            {
                paths[route.PublicPath] ??= new JsonObject();
                paths[route.PublicPath]![Verb(route)] = names.Adopt(operation, route.App, Schemas(service));
            }
        }

        var merged = new JsonObject
        {
            ["openapi"] = own["openapi"]?.DeepClone(),
            ["info"] = new JsonObject { ["title"] = "Library.Dapr", ["version"] = "1" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = names.Schemas, ["securitySchemes"] = own["components"]?["securitySchemes"]?.DeepClone() },
        };
        if (told.Where(service => !service.IsGood).Select(service => (JsonNode)service.App).ToArray() is { Length: > 0 } missing)
        {
            merged["info"]!["description"] = $"Not complete: {string.Join(", ", missing.Select(app => app.ToString()))} did not answer.";
            merged["x-not-described"] = new JsonArray(missing);
        }

        return merged;
    }

    private async Task<JsonObject> Own()
    {
        var document = await own.GetOpenApiDocumentAsync();
        return JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!.AsObject();
    }

    private static JsonObject? Schemas(JsonObject document) => document["components"]?["schemas"] as JsonObject;

    private static string Verb(Route route) => route.Method.ToLowerInvariant();
}
