using Library.Defaults.Auth;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Library.Defaults.Web;

/// <summary>What every service's description has in common.</summary>
internal static class OpenApiRules
{
    public static void Apply(OpenApiOptions options, string app)
    {
        AuthDescription.Describe(options);
        options.CreateSchemaReferenceId = type => Given(type.Type) is null ? OpenApiOptions.CreateDefaultSchemaReferenceId(type) : null;
        options.AddSchemaTransformer(async (schema, context, cancellation) =>
        {
            if (Given(context.JsonTypeInfo.Type) is { } value)
            {
                var described = await context.GetOrCreateSchemaAsync(value, null, cancellation);
                (schema.Type, schema.Format, schema.Default) = (described.Type | JsonSchemaType.Null, described.Format, null);
            }
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = app;
            document.Info.Version = "1";
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, _, _) =>
        {
            operation.Responses ??= [];
            operation.Responses.TryAdd("default", new OpenApiResponse
            {
                Description = "A problem: type, title, detail, traceId (RFC 9457)",
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() },
            });
            return Task.CompletedTask;
        });
    }

    /// <summary>What a member that may be absent holds when it is there.</summary>
    private static Type? Given(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Given<>) ? type.GetGenericArguments()[0] : null;
}
