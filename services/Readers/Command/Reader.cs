using System.Text.RegularExpressions;
using Library.Contracts;
using Library.Contracts.Readers;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Readers.Command;

/// <summary>A reader, pending until the saga that makes him has ended. Cancelled or erased, only the id and the saga are left.</summary>
internal sealed partial record Reader(string Id, long Version, ReaderState State, string SagaId, string? Name, string? Email, string? Phone, DateOnly? BirthDate)
{
    internal Profile Profile => new(Name, Email, Phone, BirthDate);

    public static bool IsId(string id) => IdForm().IsMatch(id);

    public static Decision<Reader> Create(string id, string sagaId, Profile profile, Contacts contacts, DateOnly today)
    {
        if (!IsId(id))
        {
            return ReaderRefusals.NotPossible([new Reason("reader-id-invalid", "A reader's id has 1 to 64 letters, digits and dashes.")]);
        }

        return No(profile, contacts, id, today) is { } refusal
            ? refusal
            : new Reader(id, 1, ReaderState.Pending, sagaId, profile.Name, profile.Email, profile.Phone, profile.BirthDate);
    }

    public Decision<Reader> Confirm(string sagaId) =>
        NotPendingIn(sagaId) is { } refusal ? refusal : this with { Version = Version + 1, State = ReaderState.Active };

    public Decision<Reader> Cancel(string sagaId) =>
        NotPendingIn(sagaId) is { } refusal ? refusal : Gone(ReaderState.Cancelled);

    /// <summary>Of one whose creation was undone nothing is left to erase, but others are told once more.</summary>
    public Decision<Reader> Erase() =>
        State == ReaderState.Pending ? ReaderRefusals.Pending(SagaId) : Gone(ReaderState.Erased);

    public Decision<Reader> Change(Profile profile, Contacts contacts, DateOnly today) =>
        State is ReaderState.Cancelled or ReaderState.Erased ? ReaderRefusals.Unknown
        : State == ReaderState.Pending ? ReaderRefusals.Pending(SagaId)
        : No(profile, contacts, Id, today) is { } refusal ? refusal
        : profile == Profile ? this
        : this with { Version = Version + 1, Name = profile.Name, Email = profile.Email, Phone = profile.Phone, BirthDate = profile.BirthDate };

    internal Answer AsAnswer() => new(Id, Version);

    internal PublishedReader AsPublished() => AsCreated();

    internal ReaderCreated AsCreated() => new(Id, Version, State, Name, Email, Phone, BirthDate);

    internal ReaderConfirmed AsConfirmed() => new(Id, Version, State, Name, Email, Phone, BirthDate);

    internal ReaderProfileChanged AsProfileChanged() => new(Id, Version, State, Name, Email, Phone, BirthDate);

    internal ReaderCancelled AsCancelled() => new(Id, Version, State, Name, Email, Phone, BirthDate);

    internal ReaderErased AsErased() => new(Id, Version, State, Name, Email, Phone, BirthDate);

    private Reader Gone(ReaderState state) => new(Id, Version + 1, state, SagaId, null, null, null, null);

    private Refusal? NotPendingIn(string sagaId) =>
        SagaId != sagaId ? ReaderRefusals.OfAnotherSaga
        : State == ReaderState.Pending ? null
        : State == ReaderState.Active ? ReaderRefusals.Confirmed
        : ReaderRefusals.Cancelled;

    private static Refusal? No(Profile profile, Contacts contacts, string id, DateOnly today)
    {
        Reason[] wrong = [.. profile.Wrong(today)];
        Reason[] taken = [.. contacts.TakenFrom(id)];
        return wrong.Length > 0 ? ReaderRefusals.NotPossible([.. wrong, .. taken])
            : taken.Length > 0 ? ReaderRefusals.Taken(taken)
            : null;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,63}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IdForm();
}
