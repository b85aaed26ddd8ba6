using Sidecar.Components;

namespace Runner.Databases;

/// <summary>Checked for being there alone: the bundled sidecar does not speak with it.</summary>
internal sealed record MongoDatabase(string Host, int Port, string Database) : Server("MongoDB", Host, Port)
{
    private const int UsualPort = 27017;

    public static MongoDatabase Of(ComponentSpec component)
    {
        var settings = component.Metadata;
        var text = settings.String("connectionString", settings.String("host", settings.String("server", "localhost")));
        var start = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var authority = text[start..].Split('/', '?')[0];
        var first = authority[(authority.LastIndexOf('@') + 1)..].Split(',')[0].Split(':');
        return new MongoDatabase(first[0], first is [_, var port] && int.TryParse(port, out var number) ? number : UsualPort, settings.String("databaseName", "daprStore"));
    }

    public override async Task<Fault?> CheckAsync(CancellationToken cancellation)
    {
        try
        {
            await GreetAsync(default, cancellation);
            return null;
        }
        catch (Exception problem) when (IsOfNetwork(problem))
        {
            return Unreachable(problem, "LIBRARY_MONGODB");
        }
    }

    public override Task<string> ForgetAsync(CancellationToken cancellation) =>
        Task.FromResult($"database {Database} of {Name} keeps what it has: mongosh {Database} --eval 'db.dropDatabase()' empties it");

    public override string ToString() => $"{Name}, database {Database}";
}
