using System.Runtime.InteropServices;

namespace Runner.Processes;

/// <summary>Signals to process groups, and the words for how a process ended.</summary>
internal static partial class Signals
{
    public const int Terminate = 15;
    public const int Kill = 9;
    private const int SignalBase = 128;

    private static readonly Dictionary<int, string> Names = new()
    {
        [1] = "SIGHUP", [2] = "SIGINT", [3] = "SIGQUIT", [4] = "SIGILL", [6] = "SIGABRT", [7] = "SIGBUS", [8] = "SIGFPE", [9] = "SIGKILL",
        [11] = "SIGSEGV", [13] = "SIGPIPE", [14] = "SIGALRM", [15] = "SIGTERM",
    };

    public static void ToGroup(int pid, int signal) => _ = SendSignal(-pid, signal);

    public static string Described(int exitCode) =>
        exitCode > SignalBase && Names.TryGetValue(exitCode - SignalBase, out var name) ? $"killed by {name} (exit code {exitCode})" : $"exit code {exitCode}";

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
