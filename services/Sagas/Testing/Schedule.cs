using System.Globalization;

namespace Library.Sagas.Testing;

/// <summary>
/// All that goes wrong in one run. As a text it can be given to <see cref="SagaTrial{TData,TWorld}.Replay"/>: "create-user/do/Refused,
/// create-reader/undo/LateReply, killed/7" – the last says that the coordinator dies when it has carried out its seventh order and has not noted it.
/// </summary>
public sealed record Schedule(IReadOnlyList<Fault> Faults, int? KilledAt)
{
    private const string Killed = "killed/";

    public static readonly Schedule Quiet = new([], null);

    public override string ToString()
    {
        var parts = Faults.Select(fault => fault.ToString()).Concat(KilledAt is { } at ? [string.Create(CultureInfo.InvariantCulture, $"{Killed}{at}")] : []);
        return string.Join(", ", parts) is { Length: > 0 } text ? text : "quiet";
    }

    public static Schedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text == Quiet.ToString() ? [] : text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var killed = parts.Where(part => part.StartsWith(Killed, StringComparison.Ordinal)).Select(part => int.Parse(part.AsSpan(Killed.Length), CultureInfo.InvariantCulture));
        return new Schedule([.. parts.Where(part => !part.StartsWith(Killed, StringComparison.Ordinal)).Select(Fault.Parse)], killed.Cast<int?>().FirstOrDefault());
    }
}
