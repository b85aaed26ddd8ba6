namespace Runner.Processes;

/// <summary>How one process is started.</summary>
internal sealed record Launch(string Name, IReadOnlyList<string> Command, string Folder)
{
    /// <summary>Added to the environment of the runner.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long it may take to end when it is told to.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets every line of its output and of its errors, in the order in which they were written.</summary>
    public required Action<string> Heard { get; init; }
}
