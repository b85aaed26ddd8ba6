using System.Text;

namespace Runner.Logs;

/// <summary>A line of the sidecar process, taken apart: whose sidecar, how grave, what.</summary>
internal readonly record struct SidecarLine(string AppId, string Level, string Message)
{
    /// <summary>Null for a line of any other form.</summary>
    public static SidecarLine? Parse(string line)
    {
        if (!line.StartsWith("time=", StringComparison.Ordinal))
        {
            return null;
        }

        string appId = "", level = "", message = "";
        var at = 0;
        while (Next(line, ref at) is var (name, value))
        {
            switch (name)
            {
                case "app_id": appId = value; break;
                case "level": level = value; break;
                case "msg": message = value; break;
                default: break;
            }
        }

        return appId.Length > 0 && message.Length > 0 ? new SidecarLine(appId, level, message) : null;
    }

    private static (string Name, string Value)? Next(string line, ref int at)
    {
        var equals = line.IndexOf('=', Math.Min(at, line.Length));
        if (equals < 0)
        {
            return null;
        }

        var name = line[at..equals].Trim();
        at = equals + 1;
        if (at < line.Length && line[at] == '"')
        {
            return (name, Quoted(line, ref at));
        }

        var end = line.IndexOf(' ', at);
        var value = end < 0 ? line[at..] : line[at..end];
        at = end < 0 ? line.Length : end + 1;
        return (name, value);
    }

    private static string Quoted(string line, ref int at)
    {
        var text = new StringBuilder();
        for (at++; at < line.Length && line[at] != '"'; at++)
        {
            if (line[at] == '\\' && at + 1 < line.Length)
            {
                text.Append(line[++at] switch { 'n' => ' ', 't' => ' ', var other => other });
            }
            else
            {
                text.Append(line[at]);
            }
        }

        at = Math.Min(at + 2, line.Length);
        return text.ToString();
    }
}
