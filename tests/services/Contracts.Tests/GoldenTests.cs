using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Library.Contracts;
using Library.Contracts.Readers;
using Library.Contracts.Users;

namespace Contracts.Tests;

/// <summary>What travels is frozen: a member may be added, nothing may go or change its form. A golden file is never edited, only added to.</summary>
public sealed class GoldenTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly DateOnly Born = new(1815, 12, 10);
    private static readonly DateTimeOffset At = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static TheoryData<string, object> Messages => new()
    {
        { "reader-created", new ReaderCreated("r1", 1, ReaderState.Pending, "Ada Lovelace", "ada@example.org", "+4930123456", Born) },
        { "reader-confirmed", new ReaderConfirmed("r1", 2, ReaderState.Active, "Ada Lovelace", "ada@example.org", "+4930123456", Born) },
        { "reader-profile-changed", new ReaderProfileChanged("r1", 3, ReaderState.Active, "Ada King", "king@example.org", null, null) },
        { "reader-cancelled", new ReaderCancelled("r1", 2, ReaderState.Cancelled, null, null, null, null) },
        { "reader-erased", new ReaderErased("r1", 4, ReaderState.Erased, null, null, null, null) },
        { "create-reader", new CreateReader("s1", "create-reader", 1, "coordinator.replies", "r1", "Ada Lovelace", "ada@example.org", "+4930123456", Born) },
        { "confirm-reader", new ConfirmReader("s1", "confirm-reader", 1, "coordinator.replies", "r1") },
        { "cancel-reader", new CancelReader("s1", "create-reader", 2, "coordinator.replies", "r1") },
        { "erase-reader", new EraseReader("s2", "erase-reader", 1, "coordinator.replies", "r1") },
        { "user-created", new UserCreated("u1", 1, UserState.Pending, "ada", ["reader"], "r1") },
        { "user-activated", new UserActivated("u1", 2, UserState.Active, "ada", ["reader"], "r1") },
        { "user-roles-changed", new UserRolesChanged("u1", 3, UserState.Active, "ada", ["reader", "librarian"], "r1") },
        { "user-disabled", new UserDisabled("u1", 4, UserState.Disabled, "ada", ["reader", "librarian"], "r1") },
        { "user-enabled", new UserEnabled("u1", 5, UserState.Active, "ada", ["reader", "librarian"], "r1") },
        { "user-cancelled", new UserCancelled("u1", 2, UserState.Cancelled, null, [], null) },
        { "user-erased", new UserErased("u1", 6, UserState.Erased, null, [], null) },
        { "create-user", new CreateUser("s1", "create-user", 1, "coordinator.replies", "u1", "r1", "ada", "c1") },
        { "create-user-of-another-house", new CreateUser("s1", "create-user", 1, "coordinator.replies", "u1", "r1", ExternalIdentity: new ExternalIdentity("https://id.example.org", "248289761001")) },
        { "activate-user", new ActivateUser("s1", "activate-user", 1, "coordinator.replies", "u1") },
        { "cancel-user", new CancelUser("s1", "create-user", 2, "coordinator.replies", "u1") },
        { "disable-user", new DisableUser("s2", "disable-user", 1, "coordinator.replies", "u1") },
        { "enable-user", new EnableUser("s2", "disable-user", 2, "coordinator.replies", "u1") },
        { "erase-user", new EraseUser("s2", "erase-user", 1, "coordinator.replies", "u1") },
        { "reply-done", new Reply("readers.create-reader", "s1", "create-reader", 1, Done: true, "r1", 1) },
        { "reply-refused", new Reply("readers.create-reader", "s1", "create-reader", 1, Done: false, Reasons: [new Reason("email-taken", "This e-mail address belongs to another reader.")]) },
        { "place-published", new PlacePublished(2, 517, At, Quiet: false, new Dictionary<string, long> { [ReaderCreated.Topic] = 516 }) },
        { "sessions-ended-one", new SessionsEnded("u1", "0197f1c28f5e7b5a9f6b3f8f2a1d4c55", null, null, At) },
        { "sessions-ended-others", new SessionsEnded("u1", null, At, "0197f1c28f5e7b5a9f6b3f8f2a1d4c55", At.AddMinutes(30)) },
        { "published-reader-created", new Published<ReaderCreated>(new Position(2, 517, At), new ReaderCreated("r1", 1, ReaderState.Pending, "Ada Lovelace", "ada@example.org", null, null)) },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void What_travels_still_has_every_member_it_had(string name, object message)
    {
        var golden = JsonNode.Parse(Golden(name))!;
        var now = JsonSerializer.SerializeToNode(message, message.GetType(), Json)!;

        Assert.Empty(Missing("", golden, now));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void What_travelled_is_still_read(string name, object message)
    {
        var read = JsonSerializer.Deserialize(Golden(name), message.GetType(), Json)!;

        Assert.Equal(JsonSerializer.Serialize(message, message.GetType(), Json), JsonSerializer.Serialize(read, message.GetType(), Json));
    }

    [Fact]
    public void Every_fact_and_every_command_has_a_golden_file()
    {
        var travelling = typeof(IFact).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && (type.IsAssignableTo(typeof(IFact)) || type.IsAssignableTo(typeof(ICommand))));

        Assert.Empty(travelling.Except(Messages.Select(row => row.Data.Item2.GetType())));
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_topic_is_the_publishers_context_a_dot_and_the_name_in_kebab(Type type)
    {
        var context = type.Namespace!.Split('.')[^1];
        var name = string.Concat(type.Name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{c}" : $"{c}"));

        Assert.Equal($"{context}.{name}".ToLowerInvariant(), type.GetField("Topic")!.GetRawConstantValue());
    }

    public static TheoryData<Type> Topics => [.. typeof(IFact).Assembly.GetTypes().Where(type => type.GetField("Topic", BindingFlags.Public | BindingFlags.Static) is not null)];

    private static string Golden(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", $"{name}.json"));

    private static IEnumerable<string> Missing(string path, JsonNode? golden, JsonNode? now) => (golden, now) switch
    {
        (JsonObject before, JsonObject after) => before.SelectMany(member =>
            after.ContainsKey(member.Key) ? Missing($"{path}.{member.Key}", member.Value, after[member.Key]) : [$"{path}.{member.Key} is gone"]),
        (JsonArray before, JsonArray after) when before.Count == after.Count => before.SelectMany((item, i) => Missing($"{path}[{i}]", item, after[i])),
        _ => JsonNode.DeepEquals(golden, now) ? [] : [$"{path} was {golden}, is {now}"],
    };
}
