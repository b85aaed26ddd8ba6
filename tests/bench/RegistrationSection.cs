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

    /// <summary>Enough to keep hashing busy, and few enough that nobody loses patience in its line.</summary>
    private const int Line = 16;
    private const int Known = 8;
    private static readonly List<string> Names = [];
    private static int _count;

    public static async Task RunAsync()
    {
        Console.WriteLine("\nRegistrations under ./run, embedded");
        await OnAllCores();
        await OnOneCoreLess();
    }

    private static async Task OnAllCores()
    {
        await using var set = new ComponentSet(ComponentSet.Embedded);
        await using var library = await RunningLibrary.StartAsync(set, CancellationToken.None);
        var port = library.Port(8080);

        var crowd = new HttpLoad(port, Crowd, _ => Register(External()), 201).Run(WarmUp, Measured);
        Table.Title("");
        Table.Row($"{Crowd} at a time, with an external identity", crowd, aim: 60);
        var alone = new HttpLoad(port, 1, _ => Register(External()), 201).Run(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
        Table.Row("one alone (aim: p50 < 60 ms)", alone);

        WithPasswords(port, Environment.ProcessorCount, "on all cores, as ./run does it");
    }

    /// <summary>All cores give more registrations; one core for everything else shows what registrations cost hashing.</summary>
    private static async Task OnOneCoreLess()
    {
        await using var set = new ComponentSet(ComponentSet.Embedded);
        await using var library = await RunningLibrary.StartAsync(
            set, CancellationToken.None, new Dictionary<string, string> { ["LIBRARY_HASHING__THREADS"] = $"{Math.Max(1, Environment.ProcessorCount - 1)}" });
        var port = library.Port(8080);
        new HttpLoad(port, Crowd, _ => Register(External()), 201).Run(WarmUp, TimeSpan.FromSeconds(1));
        WithPasswords(port, Math.Max(1, Environment.ProcessorCount - 1), "on all cores but one (Hashing:Threads)");
    }

    private static void WithPasswords(int port, int cores, string where)
    {
        Names.Clear();
        var before = Hashes(cores);
        var hashed = new HttpLoad(port, Line, _ => Register(WithPassword()), 201).Run(TimeSpan.FromSeconds(3), Measured);
        var bare = (before + Hashes(cores)) / 2;
        Table.Row($"{Line} at a time, with a password", hashed);
        Table.Fact($"the same hash alone, {where}", $"{bare:0.0} per second: registrations reach {hashed.PerSecond / bare:0 %} of it (90 % are asked for)");
        var logins = new HttpLoad(port, Line, i => Login(i % Known), 200).Run(TimeSpan.FromSeconds(3), Measured);
        Table.Row($"{Line} logins at a time", logins);
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

    /// <summary>What so many cores do at their best, as the service hashes.</summary>
    private static double Hashes(int cores)
    {
        var started = Stopwatch.GetTimestamp();
        var until = TimeSpan.FromSeconds(5);
        var done = 0;
        Parallel.For(0, cores, _ =>
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
