namespace Runner.Processes;

/// <summary>How a command is started in a session and process group of its own.</summary>
internal static class Session
{
    public static (string Program, string[] Arguments) Of(string program, IEnumerable<string> arguments) => Of(program, arguments, IsOnPath("setsid"));

    /// <summary>macOS has Perl and no setsid.</summary>
    internal static (string Program, string[] Arguments) Of(string program, IEnumerable<string> arguments, bool hasSetsid) =>
        hasSetsid ? ("setsid", [program, .. arguments]) : ("perl", ["-MPOSIX=setsid", "-e", "setsid(); exec { $ARGV[0] } @ARGV or die", "--", program, .. arguments]);

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
