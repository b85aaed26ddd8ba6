using Sidecar.Errors;

namespace Sidecar.Telemetry.Metrics;

/// <summary>How often which error was answered, when the configuration asks for it.</summary>
public sealed class ErrorCodeMetrics
{
    /// <summary>The first that the code contains decides; what contains none is common.</summary>
    private static readonly (string Part, string Category)[] Categories =
    [
        ("_ACTOR", "actor"), ("WORKFLOW", "workflow"), ("INSTANCE_ID", "workflow"), ("CONFIGURATION", "configuration"), ("STATE", "state"),
        ("CRYPTO", "crypto"), ("SECRET", "secret"), ("PERMISSION_DENIED", "secret"), ("PUBSUB", "pubsub"), ("TOPIC", "pubsub"), ("OUTBOX", "pubsub"),
        ("CONVERSATION", "conversation"), ("DIRECT_INVOKE", "service-invocation"), ("OUTPUT_BINDING", "binding"), ("LOCK", "lock"),
        ("SCHEDULER", "job"), ("HEALTH", "health"),
    ];

    private readonly SeriesCache<string, Counter>? codes;

    public ErrorCodeMetrics(MetricRegistry registry, MetricsSettings settings, string appId)
    {
        if (settings is { Enabled: true, RecordErrorCodes: true })
        {
            var total = registry.Counter("error_code/total", "Total number of times an error with a specific error code was encountered.", "app_id", "error_code", "category");
            codes = new(code => total.Counter(appId, code, Category(code)));
        }
    }

    /// <summary>The reason in the details says more than the code.</summary>
    public void Answered(ApiException error)
    {
        if (codes is null)
        {
            return;
        }

        var code = error.Code;
        foreach (var detail in error.Details)
        {
            code = detail is ErrorInfo { Reason.Length: > 0 } info ? info.Reason : code;
        }

        if (code.Length > 0)
        {
            codes.Get(code).Add();
        }
    }

    private static string Category(string code)
    {
        foreach (var (part, category) in Categories)
        {
            if (code.Contains(part, StringComparison.Ordinal))
            {
                return category;
            }
        }

        return "common";
    }
}
