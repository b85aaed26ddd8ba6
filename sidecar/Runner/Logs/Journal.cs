using System.Text;

namespace Runner.Logs;

/// <summary>Everything that is shown: lines of all processes, whole and one after the other, each with who said it.</summary>
internal sealed class Journal : IDisposable
{
    private const string Own = "run";
    private const string Reset = "\e[0m";
    private const string Dim = "\e[2m";
    private const string Bold = "\e[1m";
    private static readonly string[] Palette = ["\e[36m", "\e[32m", "\e[33m", "\e[35m", "\e[34m", "\e[96m", "\e[92m", "\e[93m", "\e[95m", "\e[94m"];
    private readonly Lock gate = new();
    private readonly Stream output;
    private readonly bool hasColour;
    private readonly TimeProvider time;
    private readonly Dictionary<string, string> colours = [];
    private int width = Own.Length;

    public Journal(Stream output, bool hasColour, TimeProvider time)
    {
        this.output = output;
        this.hasColour = hasColour;
        this.time = time;
    }

    public static Journal OfConsole(Func<string, string?> environment) => new(
        Console.OpenStandardOutput(),
        WantsColour(!Console.IsOutputRedirected, environment),
        TimeProvider.System);

    internal static bool WantsColour(bool isTerminal, Func<string, string?> environment) =>
        isTerminal && environment("NO_COLOR") is null or "" && environment("TERM") is not "dumb";

    /// <summary>Makes room for the names, and gives each a colour.</summary>
    public void Expect(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            colours[name] = Palette[colours.Count % Palette.Length];
            width = Math.Max(width, name.Length);
        }
    }

    public void Line(string name, string text) => Write(Prefix(name, colours.GetValueOrDefault(name, Dim)) + text);

    /// <summary>A line of an app's sidecar.</summary>
    public void SidecarLine(string name, string text) => Write(Prefix(name, Dim) + text);

    /// <summary>Something about the run itself, with the time of day.</summary>
    public void Say(string sentence) => Write($"{Prefix(Own, Bold)}{time.GetLocalNow():HH:mm:ss} {sentence}");

    /// <summary>A line that programs wait for, so without any prefix.</summary>
    public void Announce(string line) => Write(line);

    public void Dispose() => output.Dispose();

    private string Prefix(string name, string colour) => hasColour ? $"{colour}{name.PadRight(width)} |{Reset} " : $"{name.PadRight(width)} | ";

    private void Write(string line)
    {
        lock (gate)
        {
            try
            {
                output.Write(Encoding.UTF8.GetBytes(line + "\n"));
                output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads any more; the run goes on.
            }
        }
    }
}
