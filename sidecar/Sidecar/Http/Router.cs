namespace Sidecar.Http;

/// <summary>
/// Finds the endpoint of a cleaned, still escaped path. No match and a wrong verb are the same thing to Dapr: both fall through to
/// service invocation.
/// </summary>
public sealed class Router
{
    private readonly Node root = new();

    public void Add(ApiRoute route)
    {
        var node = root;
        foreach (var segment in route.Name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment.StartsWith("{*", StringComparison.Ordinal))
            {
                node.Rest ??= new Node { ParameterName = segment[2..^1] };
                node = node.Rest;
            }
            else if (segment[0] == '{')
            {
                node.Any ??= new Node { ParameterName = segment[1..^1] };
                node = node.Any;
            }
            else
            {
                if (!node.Literals.TryGetValue(segment, out var next))
                {
                    node.Literals[segment] = next = new Node();
                }

                node = next;
            }
        }

        foreach (var method in route.Methods.Split(' '))
        {
            node.Routes.Add(method, route);
        }
    }

    /// <summary>The route, and what its parameters matched, escaped as they came.</summary>
    public bool TryMatch(string method, string path, out ApiRoute route, out RouteValues values)
    {
        values = default;
        var found = Match(root, method, path, 1, ref values);
        route = found!;
        return found is not null;
    }

    private static ApiRoute? Match(Node node, string method, string path, int from, ref RouteValues values)
    {
        if (from >= path.Length)
        {
            return node.Routes.GetValueOrDefault(method);
        }

        var slash = path.IndexOf('/', from);
        var end = slash < 0 ? path.Length : slash;
        var segment = path.AsSpan(from, end - from);
        if (node.LiteralsBySpan.TryGetValue(segment, out var literal) && Match(literal, method, path, end + 1, ref values) is { } exact)
        {
            return exact;
        }

        var before = values;
        if (node.Any is { } any)
        {
            values.Add(any.ParameterName, segment.ToString());
            if (Match(any, method, path, end + 1, ref values) is { } matched)
            {
                return matched;
            }

            values = before;
        }

        if (node.Rest is { } rest && rest.Routes.TryGetValue(method, out var route))
        {
            values.Add(rest.ParameterName, path[from..]);
            return route;
        }

        return null;
    }

    private sealed class Node
    {
        public Node() => LiteralsBySpan = Literals.GetAlternateLookup<ReadOnlySpan<char>>();

        public Dictionary<string, Node> Literals { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> LiteralsBySpan { get; }

        public Dictionary<string, ApiRoute> Routes { get; } = new(StringComparer.Ordinal);

        public string ParameterName { get; init; } = "";

        public Node? Any { get; set; }

        public Node? Rest { get; set; }
    }
}

/// <summary>Up to four parameters of a route, without an allocation of their own.</summary>
public struct RouteValues
{
    private (string Name, string Value) first;
    private (string Name, string Value) second;
    private (string Name, string Value) third;
    private (string Name, string Value) fourth;
    private int count;

    public readonly string First => first.Value ?? "";

    public readonly string this[string name] =>
        first.Name == name ? first.Value :
        second.Name == name ? second.Value :
        third.Name == name ? third.Value :
        fourth.Name == name ? fourth.Value : "";

    public void Add(string name, string value)
    {
        switch (count++)
        {
            case 0:
                first = (name, value);
                break;
            case 1:
                second = (name, value);
                break;
            case 2:
                third = (name, value);
                break;
            default:
                fourth = (name, value);
                break;
        }
    }

    /// <summary>Each value unescaped as Go unescapes a query: %2F is a slash, + is a space. A path with a broken escape comes to no route.</summary>
    public void Unescape()
    {
        GoUrl.TryUnescape(ref first.Value);
        GoUrl.TryUnescape(ref second.Value);
        GoUrl.TryUnescape(ref third.Value);
        GoUrl.TryUnescape(ref fourth.Value);
    }
}
