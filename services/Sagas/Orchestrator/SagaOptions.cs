using System.ComponentModel.DataAnnotations;

namespace Library.Sagas.Orchestrator;

/// <summary>Section "Sagas" of the configuration.</summary>
public sealed class SagaOptions
{
    public const string Section = "Sagas";

    /// <summary>A saga whose data is larger is not started.</summary>
    [Range(256, 1_000_000)]
    public int MostDataBytes { get; set; } = 65_536;

    /// <summary>How often a call of a participant is made before the saga waits for it.</summary>
    [Range(1, 20)]
    public int Calls { get; set; } = 3;

    /// <summary>So many calls in a row must fail for a participant to be spared.</summary>
    [Range(2, 1_000)]
    public int BreakAfter { get; set; } = 5;

    /// <summary>How long a participant is spared.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00")]
    public TimeSpan Break { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A step listens so long for its reply before it leaves it to the workflow, which costs two writes more.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan Listening { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Changes of lists are collected for so long: operators see them so much later, and many sagas share one write.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan Gathering { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often live sagas are looked after.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan WatchEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A saga that has stood still for so long is pointed out.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan TooLong { get; set; } = TimeSpan.FromMinutes(10);
}
