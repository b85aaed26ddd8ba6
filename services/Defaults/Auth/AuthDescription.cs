using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Library.Defaults.Auth;

/// <summary>The rules in the OpenAPI document: security for programs that write clients, x-roles for whoever wants to know who may.</summary>
internal static class AuthDescription
{
    public const string RolesMember = "x-roles";
    private const string Scheme = "bearer";

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Components ??= new OpenApiComponents();
            document.AddComponent(Scheme, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Scheme, BearerFormat = "JWT", Description = "The accessToken that POST /login answers." } as IOpenApiSecurityScheme);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Rule>().LastOrDefault() is { } rule)
            {
                Describe(operation, rule, context.Document);
            }

            return Task.CompletedTask;
        });
    }

    private static void Describe(OpenApiOperation operation, Rule rule, OpenApiDocument? document)
    {
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Extensions[RolesMember] = new JsonNodeExtension(new JsonArray([.. Words(rule).Select(word => JsonValue.Create(word))]));
        if (rule.OwnedBy is { } part)
        {
            operation.Extensions["x-own"] = new JsonNodeExtension(JsonValue.Create(part));
        }

        if (rule.Admits is Admits.SignedIn or Admits.Roles || (rule.Admits == Admits.Anyone && rule.Who.Count > 0))
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        }
    }

    private static IEnumerable<string> Words(Rule rule) => rule.Admits switch
    {
        Admits.Anyone when rule.Who.Count == 0 => ["anyone"],
        Admits.SignedIn => ["signed-in"],
        Admits.Anyone or Admits.Roles => rule.Who,
        Admits.Services => rule.Who.Count == 0 ? ["services"] : rule.Who.Select(app => $"service:{app}"),
        _ => ["sidecar"],
    };
}
