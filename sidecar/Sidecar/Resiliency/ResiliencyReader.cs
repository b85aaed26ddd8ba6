using Sidecar.Components;
using Sidecar.PubSub.Routing;

namespace Sidecar.Resiliency;

/// <summary>Reads a document of kind Resiliency. A number without a unit counts milliseconds.</summary>
public static class ResiliencyReader
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static ResiliencySpec Read(YamlMap root)
    {
        var (name, ns) = ResourceReader.Identity(root, needsName: false);
        var scopes = root.Texts("scopes");
        var spec = root.Map("spec");
        var policies = spec?.Map("policies");
        var targets = spec?.Map("targets");
        var read = new ResiliencySpec(name, ns)
        {
            Scopes = scopes,
            File = root.File,
            Timeouts = Timeouts(policies?.Map("timeouts")),
            Retries = Each(policies?.Map("retries"), Retry),
            Breakers = Each(policies?.Map("circuitBreakers"), Breaker),
            Apps = Each(targets?.Map("apps"), (app, map) => App(app, map)),
            Components = Each(targets?.Map("components"), (_, map) => Component(map)),
        };
        if (targets?.Map("actors") is { } actors)
        {
            actors.Note("policies for actors have no effect here");
        }

        targets?.NoteUnknown();
        policies?.NoteUnknown();
        spec?.NoteUnknown();
        root.NoteUnknown("apiVersion", "kind");
        return read;
    }

    private static Dictionary<string, TimeSpan> Timeouts(YamlMap? map)
    {
        var timeouts = new Dictionary<string, TimeSpan>();
        foreach (var (name, _) in map?.Entries ?? [])
        {
            if (map!.Duration(name, Millisecond) is { } timeout)
            {
                timeouts[name] = timeout;
            }
        }

        return timeouts;
    }

    private static Dictionary<string, T> Each<T>(YamlMap? map, Func<string, YamlMap, T> read)
    {
        var all = new Dictionary<string, T>();
        foreach (var (name, _) in map?.Entries ?? [])
        {
            if (map!.Map(name) is { } item)
            {
                all[name] = read(name, item);
                item.NoteUnknown();
            }
        }

        return all;
    }

    private static RetryRule Retry(string name, YamlMap map)
    {
        var policy = map.Text("policy", "constant");
        if (policy.ToUpperInvariant() is not ("CONSTANT" or "EXPONENTIAL"))
        {
            map.Problem($"{map.PathOf("policy")} is \"{policy}\" and should be constant or exponential", "policy");
        }

        var defaults = new RetryRule();
        return defaults with
        {
            IsExponential = policy.Equals("exponential", StringComparison.OrdinalIgnoreCase),
            Duration = map.Duration("duration", Millisecond) ?? defaults.Duration,
            MaxInterval = map.Duration("maxInterval", Millisecond) ?? defaults.MaxInterval,
            MaxRetries = map.Whole("maxRetries") ?? defaults.MaxRetries,
            Matching = Matching(map.Map("matching")),
        };
    }

    private static StatusRanges Matching(YamlMap? map)
    {
        if (map is null)
        {
            return StatusRanges.All;
        }

        var (http, grpc) = (map.Text("httpStatusCodes", ""), map.Text("gRPCStatusCodes", ""));
        map.NoteUnknown();
        try
        {
            return StatusRanges.Parse(http, grpc);
        }
        catch (FormatException error)
        {
            map.Problem($"{map.Path}: {error.Message}");
            return StatusRanges.All;
        }
    }

    private static BreakerRule Breaker(string name, YamlMap map)
    {
        var defaults = new BreakerRule(name);
        var maxRequests = map.Whole("maxRequests") ?? defaults.MaxRequests;
        if (maxRequests < 0)
        {
            map.Problem($"{map.PathOf("maxRequests")} is {maxRequests} and should not be negative", "maxRequests");
        }

        var interval = map.Duration("interval", Millisecond) ?? defaults.Interval;
        var timeout = map.Duration("timeout", Millisecond) ?? defaults.Timeout;
        return defaults with
        {
            MaxRequests = Math.Max(1, maxRequests),
            Interval = interval > TimeSpan.Zero ? interval : TimeSpan.Zero,
            Timeout = timeout > TimeSpan.Zero ? timeout : defaults.Timeout,
            Trip = Trip(map) ?? defaults.Trip,
        };
    }

    private static Func<BreakerCounts, bool>? Trip(YamlMap map)
    {
        var text = map.Text("trip", "");
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            var trip = TripExpression.Parse(text, out var doubt);
            if (doubt is not null)
            {
                map.Note($"{map.PathOf("trip")} may never trip: {doubt}; the counters are {string.Join(", ", TripExpression.Counters)}", "trip");
            }

            return trip;
        }
        catch (CelException error)
        {
            map.Problem($"{map.PathOf("trip")} \"{text}\" is not understood: {error.Message}", "trip");
            return null;
        }
    }

    private static AppTarget App(string name, YamlMap map)
    {
        var breakers = map.Whole("circuitBreakerCacheSize") ?? 0;
        if (breakers < 0)
        {
            map.Problem($"{map.PathOf("circuitBreakerCacheSize")} is {breakers} and should not be negative", "circuitBreakerCacheSize");
        }

        return new AppTarget(Names(map), breakers > 0 ? breakers : AppTarget.DefaultBreakers);
    }

    private static ComponentTarget Component(YamlMap map) => new(Direction(map.Map("inbound")), Direction(map.Map("outbound")));

    private static PolicyNames Direction(YamlMap? map)
    {
        if (map is null)
        {
            return PolicyNames.None;
        }

        var names = Names(map);
        map.NoteUnknown();
        return names;
    }

    private static PolicyNames Names(YamlMap map) => new(map.Text("timeout", ""), map.Text("retry", ""), map.Text("circuitBreaker", "")) { Line = map.Line };
}
