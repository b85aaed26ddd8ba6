using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Library.Chaos.Tests;

namespace Bench;

/// <summary>What a registration costs on the whole library under ./run: one alone, many with an identity of another house, many with a password.</summary>
public static class RegistrationSection
{
    private const int Iterations = 210_000;
    private const int Crowd = 32;
    private const string Password = "a long sentence as a key 7";
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);
    private const int Known = 8;
    private static readonly List<string> Names = [];
    private static int _count;

    public static async Task RunAsync()
    {
        Console.WriteLine("\nRegistrations under ./run, embedded");
        await using var set = new ComponentSet(ComponentSet.Embedded);
        await using var library = await RunningLibrary.StartAsync(set, CancellationToken.None);
        var port = library.Port(8080);

        var crowd = new HttpLoad(port, Crowd, _ => Register(External()), 201).Run(WarmUp, Measured);
        Table.Title("");
        Table.Row($"{Crowd} at a time, with an external identity", crowd, aim: 60);
        var alone = new HttpLoad(port, 1, _ => Register(External()), 201).Run(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
        Table.Row("one alone (aim: p50 < 60 ms)", alone);

        var before = Hashes();
        var hashed = new HttpLoad(port, Crowd, _ => Register(WithPassword()), 201).Run(TimeSpan.FromSeconds(3), Measured);
        var after = Hashes();
        var bare = (before + after) / 2;
        Table.Row($"{Crowd} at a time, with a password", hashed);
        Table.Fact("the same hash alone, on all cores", $"{bare:0.0} per second: registrations reach {hashed.PerSecond / bare:0 %} of it (90 % are asked for)");

        var logins = new HttpLoad(port, Crowd, i => Login(i % Known), 200).Run(TimeSpan.FromSeconds(3), Measured);
        Table.Row($"{Crowd} logins at a time", logins);
        Table.Fact("logins, which do little but hash", $"registrations reach {hashed.PerSecond / logins.PerSecond:0 %} of their rate");
    }

    /// <summary>Of those that have registered with a password.</summary>
    private static string Login(int who) => HttpLoad.Request("POST", "/api/login", JsonSerializer.Serialize(new { username = Names[who], password = Password }), "Content-Type: application/json\r\n");

    private static string Register(object body) =>
        HttpLoad.Request("POST", "/api/registrations?wait=10", JsonSerializer.Serialize(body), $"Content-Type: application/json\r\nIdempotency-Key: {Guid.NewGuid()}\r\n");

    private static object External()
    {
        var mark = $"{Interlocked.Increment(ref _count)}-{Guid.NewGuid():N}";
        return new { name = "Ada of the bench", email = $"b{mark}@bench.example", birthDate = "1990-02-03", externalIdentity = new { issuer = "https://house.example", subject = mark } };
    }

    private static object WithPassword()
    {
        var mark = $"b{Interlocked.Increment(ref _count)}";
        Names.Add($"reader.{mark}");
        return new { name = "Ada of the bench", email = $"{mark}@bench.example", birthDate = "1990-02-03", username = Names[^1], password = Password };
    }

    /// <summary>What every core does at its best, as the service hashes.</summary>
    private static double Hashes()
    {
        var started = Stopwatch.GetTimestamp();
        var until = TimeSpan.FromSeconds(5);
        var done = 0;
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (Stopwatch.GetElapsedTime(started) < until)
            {
                Rfc2898DeriveBytes.Pbkdf2(Password, RandomNumberGenerator.GetBytes(16), Iterations, HashAlgorithmName.SHA512, 32);
                Interlocked.Increment(ref done);
            }
        });
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
