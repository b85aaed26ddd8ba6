namespace Library.Coordinator;

/// <summary>Who does the steps.</summary>
internal static class Apps
{
    public const string ReaderCommand = "reader-command";

    public const string User = "user";

    /// <summary>For steps that are done here.</summary>
    public const string Coordinator = "coordinator";
}
