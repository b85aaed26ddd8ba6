using System.Diagnostics;
using Npgsql;
using Runner.Components;
using Runner.Databases;
using Runner.Doctor;
using Runner.Template;
using Servers;
using Sidecar.Components;

namespace Runner.Tests.Databases;

/// <summary>How a user comes to a database for each service.</summary>
public sealed class PreparationTests : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly PostgresServer server;
    private readonly string home = Directory.CreateTempSubdirectory("prepare-").FullName;
    private readonly string salt = Guid.NewGuid().ToString("N")[..8];
    private readonly Dictionary<string, string> environment = [];
    private readonly List<string> said = [];

    public PreparationTests(PostgresFixture fixture)
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed");
        server = fixture.Server;
        Directory.CreateDirectory(Path.Combine(home, "components"));
        foreach (var service in new[] { "one", "two" })
        {
            File.WriteAllText(Path.Combine(home, "components", service + ".yaml"), $$"""
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata:
                  name: {{service}}
                spec:
                  type: state.postgresql
                  version: v2
                  metadata:
                  - name: host
                    secretKeyRef: {name: postgres-host}
                  - name: port
                    secretKeyRef: {name: postgres-port}
                  - name: user
                    value: {{service}}_{{salt}}
                  - name: database
                    value: {{service}}_{{salt}}
                  - name: password
                    secretKeyRef:
                      name: {{service}}-database
                auth: {secretStore: secrets}
                """);
        }

        File.WriteAllText(Path.Combine(home, "components", "secrets.yaml"), """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: secrets}
            spec: {type: secretstores.local.file, version: v1, metadata: [{name: secretsFile, value: .data/secrets.json}]}
            """);
        environment["LIBRARY_POSTGRES_HOST"] = "127.0.0.1";
        environment["LIBRARY_POSTGRES_PORT"] = $"{server.Port}";
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public async Task Missing_roles_and_databases_are_made_once_and_belong_to_their_service_alone()
    {
        environment[PostgresAdmin.Variable] = server.Admin;
        Assert.Empty(await PrepareAsync());
        Assert.Equal(2, said.Count);
        Assert.Empty(await PrepareAsync());
        Assert.Equal(2, said.Count);

        var databases = await DatabasesAsync();
        var foreign = new NpgsqlConnectionStringBuilder(databases[0].ConnectionString) { Database = databases[1].Database };
        await using var connection = new NpgsqlConnection(foreign.ConnectionString);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Cancellation));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task A_password_that_was_lost_is_replaced()
    {
        environment[PostgresAdmin.Variable] = server.Admin;
        Assert.Empty(await PrepareAsync());
        File.Delete(Path.Combine(home, ".data", "secrets.json"));
        Assert.Empty(await PrepareAsync());
    }

    [Fact]
    public async Task Without_somebody_who_may_it_says_what_to_do()
    {
        var faults = await PrepareAsync();
        Assert.Equal(2, faults.Count);
        Assert.All(faults, fault => Assert.True(fault.IsLasting));
        Assert.All(faults, fault => Assert.Contains(PostgresAdmin.Variable, fault.Mend, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_is_not_quoted()
    {
        environment[PostgresAdmin.Variable] = "host = 'unfinished password=topsecret";
        var faults = await PrepareAsync();
        Assert.All(faults, fault => Assert.DoesNotContain("topsecret", fault.Problem + fault.Mend, StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.Contains($"{PostgresAdmin.Variable} is no connection string", fault.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_printed_SQL_does_the_same_and_holds_no_password()
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "psql"))), "psql is not installed");
        var databases = await DatabasesAsync();
        var sql = PostgresAdmin.Sql(databases);
        Assert.All(databases, database => Assert.DoesNotContain(database.Password, sql, StringComparison.Ordinal));
        foreach (var _ in new[] { 1, 2 })
        {
            using var psql = Process.Start(new ProcessStartInfo("psql", ["-v", "ON_ERROR_STOP=1", "-q", "-X", $"{server.Admin} dbname=postgres"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
            await psql.StandardInput.WriteAsync(sql);
            psql.StandardInput.Close();
            await psql.WaitForExitAsync(Cancellation);
            Assert.Equal(0, psql.ExitCode);
        }

        Assert.Empty(await PrepareAsync());
        Assert.Empty(said);
    }

    [Fact]
    public async Task Fresh_empties_the_database_and_keeps_it()
    {
        environment[PostgresAdmin.Variable] = server.Admin;
        await PrepareAsync();
        var database = (await DatabasesAsync())[0];
        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync(Cancellation);
            await new NpgsqlCommand("CREATE TABLE state (key text); INSERT INTO state VALUES ('x')", connection).ExecuteNonQueryAsync(Cancellation);
        }

        Assert.Contains("is empty", await database.ForgetAsync(Cancellation), StringComparison.Ordinal);
        Assert.Null(await database.CheckAsync(Cancellation));
        await using var again = new NpgsqlConnection(database.ConnectionString);
        await again.OpenAsync(Cancellation);
        Assert.Equal(false, await new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_tables WHERE tablename = 'state')", again).ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task The_doctor_names_a_server_that_is_not_there_and_how_to_mend_it()
    {
        var port = Ports.Free();
        environment["LIBRARY_POSTGRES_PORT"] = $"{port}";
        using var output = new StringWriter();
        Assert.Equal(1, await new Examination(output).RunAsync(RunFile, Variable, Cancellation));
        Assert.Contains($"problem  PostgreSQL at 127.0.0.1:{port} cannot be reached: Connection refused", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("to mend it: start it, or say where it is with LIBRARY_POSTGRES_HOST and LIBRARY_POSTGRES_PORT", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 things to mend", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_is_content_when_everything_is_there()
    {
        environment[PostgresAdmin.Variable] = server.Admin;
        await PrepareAsync();
        using var output = new StringWriter();
        Assert.Equal(0, await new Examination(output).RunAsync(RunFile, Variable, Cancellation));
        Assert.EndsWith("nothing keeps it from starting\n", output.ToString(), StringComparison.Ordinal);
    }

    private RunFile RunFile => new(Path.Combine(home, "dapr.yaml"), [new AppTemplate("app", home) { ResourcesPaths = [Path.Combine(home, "components")] }]);

    private string? Variable(string name) => environment.GetValueOrDefault(name);

    private async Task<IReadOnlyList<Fault>> PrepareAsync() => await Preparation.RunAsync(await DatabasesAsync(), Variable, said.Add, Cancellation);

    private async Task<IReadOnlyList<PostgresDatabase>> DatabasesAsync()
    {
        var chosen = await ChosenComponents.ReadAsync(RunFile, Variable, Cancellation);
        Assert.Empty(chosen.Problems);
        return [.. ServerList.Of(chosen.Components).Cast<PostgresDatabase>()];
    }
}
