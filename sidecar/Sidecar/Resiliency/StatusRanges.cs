using System.Globalization;

namespace Sidecar.Resiliency;

/// <summary>The statuses that a retry policy matches: "429,501-503". Without any list every status matches.</summary>
public sealed class StatusRanges
{
    private readonly IReadOnlyList<(int First, int Last)>? http;
    private readonly IReadOnlyList<(int First, int Last)>? grpc;

    private StatusRanges(IReadOnlyList<(int First, int Last)>? http, IReadOnlyList<(int First, int Last)>? grpc)
    {
        this.http = http;
        this.grpc = grpc;
    }

    public static StatusRanges All { get; } = new(null, null);

    /// <summary>Throws a <see cref="FormatException"/> that says what is wrong.</summary>
    public static StatusRanges Parse(string http, string grpc) => new(Ranges(http, 100, 599), Ranges(grpc, 0, 16));

    /// <summary>A status that is neither of HTTP nor of gRPC is never matched.</summary>
    public bool Match(int status) => status switch
    {
        >= 0 and <= 16 => Match(grpc, status),
        >= 100 and <= 599 => Match(http, status),
        _ => false,
    };

    private static bool Match(IReadOnlyList<(int First, int Last)>? ranges, int status)
    {
        if (ranges is null)
        {
            return true;
        }

        foreach (var (first, last) in ranges)
        {
            if (first <= status && status <= last)
            {
                return true;
            }
        }

        return false;
    }

    private static List<(int First, int Last)>? Ranges(string list, int least, int most)
    {
        if (list.Length == 0)
        {
            return null;
        }

        var ranges = new List<(int First, int Last)>();
        foreach (var pattern in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = pattern.Split('-');
            if (ends.Length > 2)
            {
                throw new FormatException($"invalid pattern {pattern}, more than one '-' exists");
            }

            var first = Code("start", ends[0], pattern, least, most);
            var last = ends.Length == 2 ? Code("end", ends[1], pattern, least, most) : first;
            if (last < first)
            {
                throw new FormatException($"invalid pattern {pattern}, start value should not bigger than end value");
            }

            ranges.Add((first, last));
        }

        return ranges;
    }

    private static int Code(string which, string text, string pattern, int least, int most)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code))
        {
            throw new FormatException($"failed to parse {which} code {text} from pattern {pattern} to int");
        }

        return code >= least && code <= most ? code : throw new FormatException($"invalid pattern {pattern}, {which} code {code} is not valid");
    }
}
