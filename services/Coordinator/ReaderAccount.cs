using Library.Defaults.Stores;

namespace Library.Coordinator;

/// <summary>Which user belongs to a reader, and by which sagas they came and go. Ids only: it outlives the person's data.</summary>
internal sealed record ReaderAccount(string ReaderId, string UserId, string RegistrationId)
{
    public static readonly Schema<ReaderAccount> Schema = new("reader-account");

    /// <summary>Of the erasure that was asked for last.</summary>
    public string? ErasureId { get; init; }

    public static bool IsId(string id) => id.Length is > 0 and <= 64 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    /// <summary>As it is saved when there cannot be one yet.</summary>
    public Stored<ReaderAccount> AsNew() => new(Schema.KeyOf(ReaderId), null, "");
}
