using Sidecar.Http;

namespace Sidecar.Configuration;

/// <summary>One line of api.allowed or api.denied.</summary>
public sealed record ApiRule(string Name, string Version, string Protocol);

/// <summary>Which APIs of this sidecar its app may use: what is denied is not, and of a list of allowed ones only those are.</summary>
public sealed class ApiAccess(IReadOnlyList<ApiRule> allowed, IReadOnlyList<ApiRule> denied)
{
    /// <summary>What a gRPC call of another API is answered with (Unimplemented).</summary>
    public const string NotAvailable = "requested endpoint is not available";

    private const string RuntimePrefix = "/dapr.proto.runtime.";

    private readonly HashSet<string> allowedHttp = Http(allowed);
    private readonly HashSet<string> deniedHttp = Http(denied);
    private readonly HashSet<string> allowedGrpc = Grpc(allowed);
    private readonly HashSet<string> deniedGrpc = Grpc(denied);

    public IReadOnlyList<ApiRule> Allowed => allowed;

    public IReadOnlyList<ApiRule> Denied => denied;

    public static ApiAccess All { get; } = new([], []);

    /// <summary>A route that is not allowed does not exist.</summary>
    public bool Allows(ApiRoute route) =>
        route.IsHealthCheck || (!Matches(deniedHttp, route) && (allowedHttp.Count == 0 || Matches(allowedHttp, route)));

    /// <summary><paramref name="method"/> is the path of a call: /dapr.proto.runtime.v1.Dapr/GetState.</summary>
    public bool Allows(string method) =>
        !method.StartsWith(RuntimePrefix, StringComparison.Ordinal)
        || (!deniedGrpc.Contains(method) && (allowedGrpc.Count == 0 || allowedGrpc.Contains(method)));

    private static bool Matches(HashSet<string> rules, ApiRoute route)
    {
        if (rules.Contains($"{GroupVersion(route.Version)}/{route.Group}"))
        {
            return true;
        }

        var path = $"{route.Version}/{route.Template}";
        return rules.Any(rule => path.StartsWith(rule, StringComparison.Ordinal));
    }

    /// <summary>v1.0-alpha1 is v1alpha1 in rules.</summary>
    private static string GroupVersion(string version) => version.Replace("v1.0-", "v1").Replace("v1.0", "v1");

    private static HashSet<string> Http(IReadOnlyList<ApiRule> rules) =>
        [.. rules.Where(rule => rule.Protocol.Equals("http", StringComparison.OrdinalIgnoreCase)).Select(rule => $"{rule.Version}/{rule.Name}")];

    private static HashSet<string> Grpc(IReadOnlyList<ApiRule> rules) =>
        [.. rules.Where(rule => rule.Protocol == "grpc").SelectMany(rule => GrpcApis.MethodsOf($"{rule.Name}.{rule.Version}"))];
}
