using System.Text.RegularExpressions;
using Library.Contracts;
using Library.Contracts.Users;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Library.Users.Passwords;

namespace Library.Users.Accounts;

/// <summary>
/// Somebody who can log in, with a password or as somebody of another house. Pending until the saga that makes it has ended; cancelled or erased, only
/// the id is left.
/// </summary>
internal sealed partial record User(string Id, long Version, UserState State)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>That made it; none where an admin did.</summary>
    public string? SagaId { get; init; }

    public string? Username { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];

    public string? ReaderId { get; init; }

    public PasswordHash? Password { get; init; }

    public ExternalIdentity? ExternalIdentity { get; init; }

    /// <summary>Which saga has disabled it: only that one enables it again.</summary>
    public string? DisabledBy { get; init; }

    /// <summary>Tokens issued before are void, and new ones are stamped with this moment at the earliest.</summary>
    public DateTimeOffset SessionsFrom { get; init; }

    public static bool IsId(string id) => IdForm().IsMatch(id);

    /// <summary>Only a user of another house may have no name.</summary>
    public IEnumerable<Reason> NameWrong(bool isOfAnotherHouse) => Username is null && isOfAnotherHouse ? [] : UserName.Wrong(Username);

    public Decision<User> Activate(string sagaId) =>
        NotPendingIn(sagaId) is { } refusal ? refusal : this with { Version = Version + 1, State = UserState.Active };

    public Decision<User> Cancel(string sagaId) =>
        NotPendingIn(sagaId) is { } refusal ? refusal : new User(Id, Version + 1, UserState.Cancelled) { SagaId = sagaId };

    /// <summary>Of one that is disabled or gone already nothing is left to do.</summary>
    public Decision<User> Disable(string sagaId, DateTimeOffset now) =>
        State == UserState.Pending ? UserRefusals.Pending(SagaId)
        : State == UserState.Active ? this with { Version = Version + 1, State = UserState.Disabled, DisabledBy = sagaId, SessionsFrom = AfterAllSessions(now) }
        : this;

    public Decision<User> Enable(string sagaId) =>
        State == UserState.Erased ? UserRefusals.Erased
        : State == UserState.Disabled && DisabledBy == sagaId ? this with { Version = Version + 1, State = UserState.Active, DisabledBy = null }
        : this;

    public Decision<User> Erase(DateTimeOffset now) =>
        State == UserState.Pending ? UserRefusals.Pending(SagaId)
        : State is UserState.Erased or UserState.Cancelled ? this
        : new User(Id, Version + 1, UserState.Erased) { SessionsFrom = AfterAllSessions(now) };

    public Decision<User> ChangeRoles(IReadOnlyList<string> roles, DateTimeOffset now) =>
        State is UserState.Cancelled or UserState.Erased ? UserRefusals.Unknown
        : State == UserState.Pending ? UserRefusals.Pending(SagaId)
        : roles.SequenceEqual(Roles, StringComparer.Ordinal) ? this
        : this with { Version = Version + 1, Roles = roles, SessionsFrom = Roles.Except(roles, StringComparer.Ordinal).Any() ? AfterAllSessions(now) : SessionsFrom };

    public User ChangePassword(PasswordHash password, DateTimeOffset now) => this with { Password = password, SessionsFrom = AfterAllSessions(now) };

    internal Answer AsAnswer() => new(Id, Version);

    internal PublishedUser AsPublished() => AsCreated();

    internal UserCreated AsCreated() => new(Id, Version, State, Username, Roles, ReaderId);

    internal UserActivated AsActivated() => new(Id, Version, State, Username, Roles, ReaderId);

    internal UserCancelled AsCancelled() => new(Id, Version, State, Username, Roles, ReaderId);

    internal UserDisabled AsDisabled() => new(Id, Version, State, Username, Roles, ReaderId);

    internal UserEnabled AsEnabled() => new(Id, Version, State, Username, Roles, ReaderId);

    internal UserErased AsErased() => new(Id, Version, State, Username, Roles, ReaderId);

    internal UserRolesChanged AsRolesChanged() => new(Id, Version, State, Username, Roles, ReaderId);

    /// <summary>Later than any token was stamped with, and later than the commit that nobody knows the moment of.</summary>
    private DateTimeOffset AfterAllSessions(DateTimeOffset now) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Max((now + Margin).ToUnixTimeMilliseconds(), SessionsFrom.ToUnixTimeMilliseconds() + 1));

    private Refusal? NotPendingIn(string sagaId) =>
        SagaId != sagaId ? UserRefusals.OfAnotherSaga
        : State == UserState.Pending ? null
        : State is UserState.Active or UserState.Disabled ? UserRefusals.Activated
        : UserRefusals.Cancelled;

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,63}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IdForm();
}
