using Sidecar.Components;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.Configuration;

/// <summary>Metrics have two names, metric and metrics; what metrics says counts over what metric says, in whatever file.</summary>
internal sealed class MetricsReader
{
    private Section older = new();
    private Section newer = new();

    public void Read(YamlMap spec)
    {
        older = Read(spec.Map("metric"), older);
        newer = Read(spec.Map("metrics"), newer);
    }

    public MetricsSettings Build()
    {
        var http = newer.Http ?? older.Http ?? new HttpSection();
        return new MetricsSettings
        {
            Enabled = newer.Enabled ?? older.Enabled ?? true,
            RecordErrorCodes = newer.RecordErrorCodes ?? older.RecordErrorCodes ?? false,
            IncreasedCardinality = http.IncreasedCardinality ?? true,
            ExcludeVerbs = http.ExcludeVerbs ?? false,
            PathMatching = http.PathMatching ?? [],
            LatencyBuckets = (newer.Buckets ?? older.Buckets) is { Count: > 0 } buckets ? [.. buckets] : MetricsSettings.DefaultLatencyBuckets,
            Rules = newer.Rules is { Count: > 0 } rules ? rules : older.Rules ?? [],
        };
    }

    private static Section Read(YamlMap? map, Section before)
    {
        if (map is null)
        {
            return before;
        }

        var read = new Section
        {
            Enabled = map.Bool("enabled") ?? before.Enabled,
            RecordErrorCodes = map.Bool("recordErrorCodes") ?? before.RecordErrorCodes,
            Http = map.Map("http") is { } http ? Http(http, before.Http ?? new HttpSection()) : before.Http,
            Buckets = map.Has("latencyDistributionBuckets") ? [.. map.Wholes("latencyDistributionBuckets").Select(bucket => (double)bucket)] : before.Buckets,
            Rules = map.Has("rules") ? Rules(map) : before.Rules,
        };
        map.NoteUnknown("workflow");
        return read;
    }

    private static HttpSection Http(YamlMap map, HttpSection before)
    {
        var read = new HttpSection
        {
            IncreasedCardinality = map.Bool("increasedCardinality") ?? before.IncreasedCardinality,
            ExcludeVerbs = map.Bool("excludeVerbs") ?? before.ExcludeVerbs,
            PathMatching = map.Has("pathMatching") ? map.Texts("pathMatching") : before.PathMatching,
        };
        map.NoteUnknown();
        return read;
    }

    private static List<LabelRule> Rules(YamlMap map)
    {
        var rules = new List<LabelRule>();
        foreach (var rule in map.Maps("rules"))
        {
            var metric = rule.Text("name", "");
            foreach (var label in rule.Maps("labels"))
            {
                var name = label.Text("name", "");
                if (label.Map("regex") is { } regex)
                {
                    rules.AddRange(regex.Entries.Select(entry => new LabelRule(metric, name, regex.Text(entry.Key, ""), entry.Key)));
                }

                label.NoteUnknown();
            }

            rule.NoteUnknown();
        }

        return rules;
    }

    private sealed record Section
    {
        public bool? Enabled { get; init; }

        public bool? RecordErrorCodes { get; init; }

        public HttpSection? Http { get; init; }

        public IReadOnlyList<double>? Buckets { get; init; }

        public IReadOnlyList<LabelRule>? Rules { get; init; }
    }

    private sealed record HttpSection
    {
        public bool? IncreasedCardinality { get; init; }

        public bool? ExcludeVerbs { get; init; }

        public IReadOnlyList<string>? PathMatching { get; init; }
    }
}
