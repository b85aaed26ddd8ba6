using System.Net;
using Library.Chaos.Tests;

namespace Registration.Tests;

[Collection(OpenHouse.Name)]
public sealed class ErasureTests : IDisposable
{
    private const int People = 50;
    private static readonly bool IsLongRun = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly OpenHouse _house;

    public ErasureTests(OpenHouse house)
    {
        _house = house;
        _limit.CancelAfter(TimeSpan.FromMinutes(4));
    }

    public static TheoryData<string> Sets => IsLongRun ? [ComponentSet.Embedded, "postgres", "postgres-redis"] : [ComponentSet.Embedded];

    public void Dispose() => _limit.Dispose();

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Of_people_who_were_erased_nothing_is_found_anywhere(string name)
    {
        if (name == ComponentSet.Embedded)
        {
            await Run(_house.Stage);
            return;
        }

        Assert.SkipWhen(ComponentSet.Missing(name) is not null, ComponentSet.Missing(name) ?? "");
        await using var stage = await Stage.StartAsync(name, [], _limit.Token);
        await Run(stage);
    }

    private async Task Run(Stage stage)
    {
        var planted = Enumerable.Range(0, People).Select(number => new Person(number)).ToList();
        var readers = await Task.WhenAll(planted.Select(async person =>
        {
            var (_, answer, _) = await stage.Visitors.Insist(
                () => Visitors.Request(HttpMethod.Post, "/api/registrations?wait=10", person.Body, key: person.Username), [HttpStatusCode.Created], _limit.Token);
            return answer.GetProperty("readerId").GetString()!;
        }));
        var library = new Belongings(stage);
        var persons = planted.SelectMany(person => person.Marks).ToList();
        Assert.NotEmpty(await library.Find([.. planted.Select(person => person.Email)], isByteByByte: false, _limit.Token));

        var staff = await stage.Operator.Token(_limit.Token);
        await Task.WhenAll(readers.Select(async id =>
        {
            var change = new { phone = (string?)null };
            await stage.Visitors.Insist(() => Visitors.Request(HttpMethod.Patch, $"/api/readers/{id}", change, staff, $"patch-{id}"), [HttpStatusCode.OK], _limit.Token);
            await stage.Visitors.Insist(() => Visitors.Request(HttpMethod.Delete, $"/api/readers/{id}", token: staff, key: id), [HttpStatusCode.Accepted], _limit.Token);
        }));
        await stage.Operator.Finds("type=ReaderErasure&state=completed", found => found.Count == People, _limit.Token);
        await Task.WhenAll(readers.Select(id => stage.Visitors.Becomes(HttpStatusCode.NotFound, () => Visitors.Request(HttpMethod.Get, $"/api/readers/{id}", token: staff), TimeSpan.FromSeconds(20), _limit.Token)));
        await Spans.Settle(stage.Library, _limit.Token);

        Assert.Empty(await library.Find(persons, isByteByByte: false, _limit.Token));
    }

    private sealed record Person(int Number)
    {
        private readonly string _mark = Guid.NewGuid().ToString("N");

        public string Username => $"erased{_mark[..20]}";

        public string Email => $"{_mark}@erased.example";

        public object Body => new
        {
            name = $"Erased {_mark}", email = Email, phone = Phone, birthDate = BirthDate, username = Username, externalIdentity = new { issuer = "https://house.example", subject = $"subject-{_mark}" },
        };

        /// <summary>A date of birth is nobody's alone, so it is searched as the stores would write it.</summary>
        public IEnumerable<string> Marks => [$"Erased {_mark}", Email, Phone, $"\"birthDate\":\"{BirthDate}\"", Username, $"subject-{_mark}"];

        private string BirthDate => $"19{31 + (Number % 20)}-0{1 + (Number % 9)}-{11 + (Number % 17)}";

        private string Phone => $"+4917{Number:D2}{Convert.ToUInt32(_mark[..7], 16) % 10_000_000:D7}";
    }
}
