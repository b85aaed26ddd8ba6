using System.ComponentModel.DataAnnotations;

namespace Library.Defaults.Web;

/// <summary>Section "Web" of the configuration; LIBRARY_WEB__METRICS=false in the environment is Metrics here.</summary>
public sealed class WebOptions
{
    public const string Section = "Web";

    [Range(1024, 64 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    [Range(1024, 1024 * 1024)]
    public int MaxHeaderBytes { get; set; } = 16 * 1024;

    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan RequestTime { get; set; } = TimeSpan.FromSeconds(30);

    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan HealthTime { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>For so long an answer about health is told again without asking.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan HealthFresh { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Where spans go, such as http://localhost:9411/api/v2/spans; without one there are no traces.</summary>
    public Uri? Zipkin { get; set; }

    public bool Metrics { get; set; } = true;

    /// <summary>So many combinations of labels an instrument may have; what comes later is counted under one.</summary>
    [Range(1, 100_000)]
    public int MaxSeries { get; set; } = 500;

    public bool OpenApi { get; set; } = true;

    /// <summary>Clients call this app themselves, so the app token is not theirs to show.</summary>
    internal bool IsPublic { get; set; }
}
