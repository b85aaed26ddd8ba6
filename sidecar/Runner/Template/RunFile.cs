namespace Runner.Template;

/// <summary>The file of "dapr run -f".</summary>
internal sealed record RunFile(string Path, IReadOnlyList<AppTemplate> Apps)
{
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>Where the data of a run is.</summary>
    public string Data => System.IO.Path.Combine(Folder, ".data");
}
