using Google.Protobuf;
using Sidecar.State;

namespace Sidecar.Workflow.Hub.Commits;

/// <summary>
/// What is written whole or not at all. Made on the loop, encoded elsewhere: nobody changes its messages any more. Back on the loop it is
/// told once, either that it is durable or why it never will be.
/// </summary>
/// <param name="owner">Whose it is: after a refusal, later changes of the same owner are refused too.</param>
internal sealed class Change(object? owner, Action durable, Action<Exception> refused)
{
    private readonly List<(string Key, IMessage? Value)> rows = [];

    public object? Owner { get; set; } = owner;

    public int Rows => rows.Count;

    /// <summary>About how large its rows are.</summary>
    public long Bytes { get; private set; }

    public Action Durable => durable;

    public Action<Exception> Refused => refused;

    public void Put(string key, IMessage value)
    {
        rows.Add((key, value));
        Bytes += value.CalculateSize();
    }

    public void Delete(string key) => rows.Add((key, null));

    public void Encode(List<StateWrite> writes)
    {
        foreach (var (key, value) in rows)
        {
            writes.Add(value is null
                ? new StateWrite(key) { IsDelete = true }
                : new StateWrite(key) { Value = new StateValue(value.ToByteArray(), IsJson: false) });
        }
    }
}
