using System.Globalization;
using System.Text;
using Sidecar.State;
using Sidecar.Workflow.Hub.Rows;

namespace Sidecar.Workflow.Hub.Commits;

/// <summary>
/// The row that every commit creates under the next number. Who finds it created by another no longer leads; who takes over creates it
/// first. Its value says whose it is and with which of several attempts at this number it came.
/// </summary>
internal sealed class Fence(HubKeys keys, long term, string runId)
{
    /// <summary>How far apart the numbers are that a new leader starts looking from.</summary>
    public const int Stride = 256;

    public const string CreateOnly = "first-write";

    public long Term => term;

    public string RunId => runId;

    /// <summary>Of the next commit.</summary>
    public long Next { get; private set; } = 1;

    public string Key => keys.Fence(term, Next);

    public void AddTo(List<StateWrite> rows, int attempt)
    {
        rows.Add(new StateWrite(Key) { Concurrency = CreateOnly, Value = Text($"{runId} {attempt}") });
        rows.Add(new StateWrite(keys.Fence(term, Next - 1)) { IsDelete = true });
        if (Next % Stride == 0)
        {
            rows.Add(new StateWrite(keys.FenceBase(term)) { Value = Text(Next.ToString(CultureInfo.InvariantCulture)) });
        }
    }

    public void Advance() => Next++;

    /// <summary>Which attempt of ours it was; null when it was another's.</summary>
    public int? AttemptOf(StateItem found)
    {
        var words = Encoding.UTF8.GetString(found.Data.Span).Split(' ');
        return words.Length == 2 && words[0] == runId ? int.Parse(words[1], CultureInfo.InvariantCulture) : null;
    }

    public static StateValue Text(string text) => new(Encoding.UTF8.GetBytes(text), IsJson: false);
}
